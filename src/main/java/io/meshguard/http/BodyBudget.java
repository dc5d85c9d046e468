package io.meshguard.http;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of all bodies that are held at once, of those that still come in and of those
 * that are being looked at. Where there is no room for another one, the body that has been coming
 * in for longest is given up, if it had time enough to come: what an API server sends is there
 * within milliseconds, so that somebody who sends slowly loses and not whoever comes after.
 */
public final class BodyBudget {

  private final long most;
  private final long patienceNanos;
  private final Map<Holder, Arrival> arriving = new LinkedHashMap<>();
  private long held;

  /**
   * Makes a budget of which nothing is held.
   *
   * @param most bytes that are held at once at most
   * @param patienceNanos time that every body has to come in before it may be given up, in
   *     nanoseconds
   */
  public BodyBudget(long most, long patienceNanos) {
    this.most = most;
    this.patienceNanos = patienceNanos;
  }

  /** A body that holds bytes. */
  interface Holder {
    /** Another body needs the room: nothing may be held any more. Called on any thread. */
    void giveUp();
  }

  private record Arrival(long bytes, long since) {}

  /** Returns how many bytes are held. */
  public synchronized long held() {
    return held;
  }

  /**
   * Takes more bytes for a body that comes in.
   *
   * @param now time on a clock as {@link System#nanoTime} is one
   * @return whether there is room; where there is none, the body holds what it held before
   */
  boolean take(Holder holder, long bytes, long now) {
    @Nullable Holder given;
    do {
      synchronized (this) {
        if (held + bytes <= most) {
          held += bytes;
          arriving.merge(
              holder,
              new Arrival(bytes, now),
              (before, more) -> new Arrival(before.bytes() + bytes, before.since()));
          return true;
        }
        given = slowest(holder, now);
      }
      if (given != null) {
        given.giveUp();
      }
    } while (given != null);
    return false;
  }

  /** Removes the body that has been coming in for longest, but for one, and its bytes. */
  private @Nullable Holder slowest(Holder except, long now) {
    Iterator<Map.Entry<Holder, Arrival>> all = arriving.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Holder, Arrival> entry = all.next();
      if (now - entry.getValue().since() < patienceNanos) {
        return null;
      }
      if (!entry.getKey().equals(except)) {
        Holder found = entry.getKey();
        held -= entry.getValue().bytes();
        all.remove();
        return found;
      }
    }
    return null;
  }

  /**
   * A body has come in as a whole. It is not given up any more; whoever looks at it says when its
   * bytes are free.
   *
   * @return gives the bytes back; further calls do nothing. Empty handed where the body was given
   *     up before
   */
  synchronized Runnable arrived(Holder holder) {
    Arrival arrival = arriving.remove(holder);
    if (arrival == null) {
      return () -> {};
    }
    return new Runnable() {
      private boolean done;

      @Override
      public void run() {
        synchronized (BodyBudget.this) {
          if (!done) {
            done = true;
            held -= arrival.bytes();
          }
        }
      }
    };
  }

  /** Gives back what a body held that will not come in as a whole. */
  synchronized void drop(Holder holder) {
    Arrival arrival = arriving.remove(holder);
    if (arrival != null) {
      held -= arrival.bytes();
    }
  }
}
