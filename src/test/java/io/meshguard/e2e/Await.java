package io.meshguard.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what happens a moment later. */
final class Await {

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /** Returns as soon as the condition holds, and how long that took; fails after minutes. */
  static Duration until(String what, Callable<Boolean> condition) throws InterruptedException {
    return until(what, PATIENCE, condition);
  }

  /** Likewise, and fails after a given time. */
  static Duration until(String what, Duration patience, Callable<Boolean> condition)
      throws InterruptedException {
    return until(() -> what, patience, condition);
  }

  /** Likewise, with words that are looked for only when it was in vain. */
  static Duration until(Callable<String> what, Callable<Boolean> condition)
      throws InterruptedException {
    return until(what, PATIENCE, condition);
  }

  private static Duration until(
      Callable<String> what, Duration patience, Callable<Boolean> condition)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!call(condition)) {
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new AssertionError("waited in vain: " + call(what));
      }
      Thread.sleep(POLL.toMillis());
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static <T> T call(Callable<T> question) throws InterruptedException {
    try {
      return question.call();
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
