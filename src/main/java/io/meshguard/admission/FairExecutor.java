package io.meshguard.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks of many tenants on a few threads such that none of them holds up the others: they take
 * turns, one of them never has all threads, only so many tasks of each wait, and expensive tasks
 * share few threads. A task is expensive if it says so, or if those of its tenant were lately.
 */
final class FairExecutor implements AutoCloseable {

  /** Tasks of a tenant that took so long on average are expensive. */
  private static final long EXPENSIVE_NANOS = Duration.ofMillis(50).toNanos();

  /** A tenant whose tasks took less than this together is not looked at. */
  private static final long NOTICED_NANOS = Duration.ofMillis(200).toNanos();

  private static final Duration MEMORY = Duration.ofSeconds(10);
  private static final int MOST_TENANTS_REMEMBERED = 10_000;

  private final int threads;
  private final int mostWaiting;
  private final LongSupplier nanos;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final Cache<String, Cost> costs;
  private int waiting;
  private int expensiveRunning;
  private boolean closed;

  /**
   * Starts threads.
   *
   * @param threads tasks that run at once
   * @param mostWaiting tasks that wait at most; a fourth of them of one tenant
   * @param nanos a clock as {@link System#nanoTime} is one
   */
  FairExecutor(int threads, int mostWaiting, LongSupplier nanos) {
    this.threads = threads;
    this.mostWaiting = mostWaiting;
    this.nanos = nanos;
    this.costs =
        Caffeine.newBuilder()
            .maximumSize(MOST_TENANTS_REMEMBERED)
            .ticker((Ticker) nanos::getAsLong)
            .expireAfter(Expiry.<String, Cost>creating((tenant, cost) -> MEMORY))
            .build();
    for (int i = 1; i <= threads; i++) {
      Thread thread = new Thread(this::work, "review-" + i);
      thread.setDaemon(true);
      thread.start();
    }
  }

  /**
   * Something to be done for somebody.
   *
   * @param tenant for whom
   * @param expensive whether it is known beforehand to take long
   */
  record Task(String tenant, boolean expensive, Runnable work) {}

  /** What tasks of a tenant took lately. */
  private record Cost(int tasks, long nanos) {
    Cost plus(Cost other) {
      return new Cost(tasks + other.tasks, nanos + other.nanos);
    }

    boolean expensive() {
      return nanos >= NOTICED_NANOS && nanos / tasks >= EXPENSIVE_NANOS;
    }
  }

  /** The tasks of one tenant. */
  private static final class Lane {
    private final Deque<Task> waiting = new ArrayDeque<>();
    private int running;
  }

  /** Takes a task; returns false where too many wait already. */
  synchronized boolean execute(Task task) {
    Lane lane = lanes.computeIfAbsent(task.tenant(), tenant -> new Lane());
    boolean full = waiting >= mostWaiting || lane.waiting.size() >= Math.max(1, mostWaiting / 4);
    if (full || closed) {
      dropIfIdle(task.tenant(), lane);
      return false;
    }
    lane.waiting.add(task);
    waiting++;
    notify();
    return true;
  }

  /** Takes a task back that has not begun; returns false where it has. */
  synchronized boolean remove(Task task) {
    Lane lane = lanes.get(task.tenant());
    if (lane == null || !lane.waiting.removeIf(task::equals)) {
      return false;
    }
    waiting--;
    dropIfIdle(task.tenant(), lane);
    return true;
  }

  /** Returns how many tasks wait. */
  synchronized int waiting() {
    return waiting;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private void work() {
    for (Turn turn = next(null, 0); turn != null; ) {
      long begin = nanos.getAsLong();
      turn.task().work().run();
      turn = next(turn, nanos.getAsLong() - begin);
    }
  }

  private record Turn(Task task, boolean expensive) {}

  /** Ends a turn and waits for the next; returns null after the end of all. */
  private synchronized @Nullable Turn next(@Nullable Turn last, long took) {
    if (last != null) {
      end(last, took);
    }
    Turn next = choose();
    while (next == null && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
      next = choose();
    }
    return next;
  }

  private void end(Turn turn, long took) {
    String tenant = turn.task().tenant();
    costs.asMap().merge(tenant, new Cost(1, took), Cost::plus);
    Lane lane = lanes.get(tenant);
    if (lane != null) {
      lane.running--;
      dropIfIdle(tenant, lane);
    }
    expensiveRunning -= turn.expensive() ? 1 : 0;
    // what was held back for this task may begin now, whoever waits for it
    notifyAll();
  }

  private @Nullable Turn choose() {
    Iterator<Map.Entry<String, Lane>> all = lanes.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, Lane> entry = all.next();
      Lane lane = entry.getValue();
      Task task = lane.waiting.peek();
      if (task == null || lane.running >= Math.max(1, threads - 1)) {
        continue;
      }
      boolean expensive = task.expensive() || wasExpensive(task.tenant());
      if (expensive && expensiveRunning >= Math.max(1, threads / 4)) {
        continue;
      }
      lane.waiting.remove();
      lane.running++;
      waiting--;
      expensiveRunning += expensive ? 1 : 0;
      all.remove();
      lanes.put(entry.getKey(), lane);
      return new Turn(task, expensive);
    }
    return null;
  }

  private boolean wasExpensive(String tenant) {
    Cost cost = costs.getIfPresent(tenant);
    return cost != null && cost.expensive();
  }

  private void dropIfIdle(String tenant, Lane lane) {
    if (lane.running == 0 && lane.waiting.isEmpty()) {
      lanes.remove(tenant);
    }
  }
}
