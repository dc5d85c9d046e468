package io.meshguard.server.audit;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.kube.Trouble;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Writes Events, each once for as long as it is wanted, few at a time. One that cannot be written
 * is tried again after a time that doubles, and given up after some tries: an API server without
 * Events, or without the right to write them, is not asked for ever.
 */
public final class EventQueue {

  /** So many of those that wait are kept; what is beyond stands in reports. */
  static final int MOST_WAITING = 1_000;

  private static final Logger LOG = Logger.getLogger(EventQueue.class);

  /** Events of one call of {@link #send}. */
  private static final int AT_ONCE = 5;

  private static final int MOST_TRIES = 6;
  private static final Duration FIRST_WAIT = Duration.ofSeconds(5);

  private final Set<String> told = new HashSet<>();
  private final Map<String, Tried> tried = new HashMap<>();
  private Deque<Wanted> waiting = new ArrayDeque<>();

  /**
   * An Event that is to be written.
   *
   * @param name its name, the same for all replicas
   * @param write writes it, as of a time
   */
  public record Wanted(String name, Write write) {}

  /** Writes an Event. */
  public interface Write {
    /** Writes it, or throws what the client throws. */
    void at(Instant now);
  }

  private record Tried(int times, Instant again) {}

  /** Takes the Events that are wanted now, in place of those that were; the first come first. */
  public synchronized void want(List<Wanted> wanted) {
    Set<String> names = new HashSet<>();
    wanted.forEach(event -> names.add(event.name()));
    told.retainAll(names);
    tried.keySet().retainAll(names);
    waiting = new ArrayDeque<>();
    wanted.stream()
        .filter(event -> !told.contains(event.name()))
        .limit(MOST_WAITING)
        .forEach(waiting::add);
  }

  /** Forgets what waits, because another replica tells it. */
  synchronized void stop() {
    waiting.clear();
    tried.clear();
  }

  /** Writes some of those that wait. */
  public synchronized void send(Instant now) {
    Deque<Wanted> later = new ArrayDeque<>();
    int sent = 0;
    while (sent < AT_ONCE && !waiting.isEmpty()) {
      Wanted next = waiting.remove();
      Tried before = tried.getOrDefault(next.name(), new Tried(0, Instant.MIN));
      if (told.contains(next.name())) {
        continue;
      }
      if (now.isBefore(before.again())) {
        later.add(next);
        continue;
      }
      sent++;
      if (!write(next, before, now)) {
        later.add(next);
        // what one could not do, the next can hardly do now
        break;
      }
    }
    waiting.addAll(later);
  }

  /** Returns whether no more is to be done. */
  private boolean write(Wanted event, Tried before, Instant now) {
    try {
      event.write().at(now);
    } catch (KubernetesClientException e) {
      boolean there = e.getCode() == HttpURLConnection.HTTP_CONFLICT;
      int times = before.times() + 1;
      if (!there && times < MOST_TRIES) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << before.times());
        tried.put(event.name(), new Tried(times, now.plus(wait)));
        LOG.debugf("no Event could be written, tried again in %s: %s", wait, Trouble.of(e));
        return false;
      }
      if (!there) {
        LOG.warnf("an Event is dropped after %d tries: %s", times, Trouble.of(e));
      }
    }
    tried.remove(event.name());
    told.add(event.name());
    return true;
  }
}
