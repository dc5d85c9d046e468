package io.meshguard.demo;

import java.io.IOException;
import java.time.Duration;

/** Tells when another policy has come into force. */
interface PolicyClock {

  /** How long a policy may take; it should be in force within a second. */
  Duration LIMIT = Duration.ofSeconds(30);

  /** Returns the number of the policy in force; each policy that comes into force counts up. */
  long generation() throws IOException, InterruptedException;

  /** Waits until a policy after this one is in force; returns false where none comes in time. */
  default boolean awaitAfter(long generation) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (generation() <= generation) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }
}
