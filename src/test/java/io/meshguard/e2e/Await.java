package io.meshguard.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what happens a moment later. */
final class Await {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /** Returns as soon as the condition holds, and how long that took; fails after a minute. */
  static Duration until(String what, Callable<Boolean> condition) throws InterruptedException {
    return until(what, PATIENCE, condition);
  }

  /** Likewise, and fails after a given time. */
  static Duration until(String what, Duration patience, Callable<Boolean> condition)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!holds(condition)) {
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new AssertionError("waited in vain: " + what);
      }
      Thread.sleep(POLL.toMillis());
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static boolean holds(Callable<Boolean> condition) throws InterruptedException {
    try {
      return condition.call();
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
