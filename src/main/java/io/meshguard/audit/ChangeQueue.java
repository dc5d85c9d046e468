package io.meshguard.audit;

import io.meshguard.resource.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Collects what has changed since objects were last judged. Any number of threads may tell it; it
 * never grows beyond a bound, for after very many changes everything is judged.
 */
public final class ChangeQueue {

  private static final int MOST = 20_000;

  /** So long nothing must change before what has is looked at. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  /** Where things change all the time, they are looked at after so long all the same. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Set<ObjectKey> objects = new HashSet<>();
  private Set<Kind> kinds = new HashSet<>();
  private boolean everything;
  private Instant first = Instant.MAX;
  private Instant last = Instant.MIN;

  /**
   * What has to be judged.
   *
   * @param everything whether that is every object
   * @param objects objects that changed, came or went
   * @param kinds kinds of which any did
   */
  public record Work(boolean everything, Set<ObjectKey> objects, Set<Kind> kinds) {
    public Work {
      objects = Set.copyOf(objects);
      kinds = Set.copyOf(kinds);
    }
  }

  /** An object changed, came or went. */
  public synchronized void changed(ObjectKey object, Instant now) {
    kinds.add(object.kind());
    if (!everything) {
      objects.add(object);
      everything = objects.size() > MOST;
    }
    note(now);
  }

  /** From now on all objects of a kind are known. */
  public synchronized void known(Kind kind, Instant now) {
    kinds.add(kind);
    note(now);
  }

  /** Something changed that concerns all objects. */
  public synchronized void everything(Instant now) {
    everything = true;
    note(now);
  }

  /** Returns whether there is something to judge, and it is time to. */
  public synchronized boolean due(Instant now) {
    return !first.equals(Instant.MAX)
        && (!now.isBefore(last.plus(QUIET)) || !now.isBefore(first.plus(PATIENCE)));
  }

  /** Returns what has to be judged, and begins anew. */
  public synchronized Work take() {
    Work work = new Work(everything, everything ? Set.of() : objects, kinds);
    objects = new HashSet<>();
    kinds = new HashSet<>();
    everything = false;
    first = Instant.MAX;
    last = Instant.MIN;
    return work;
  }

  private void note(Instant now) {
    if (everything) {
      objects = new HashSet<>();
    }
    first = first.isBefore(now) ? first : now;
    last = now;
  }
}
