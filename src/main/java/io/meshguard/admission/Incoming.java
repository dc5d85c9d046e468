package io.meshguard.admission;

import java.time.Duration;

/**
 * A body that came in.
 *
 * @param body the body
 * @param since when its request began to come in, in nanoseconds of a clock as {@link
 *     System#nanoTime} is one
 * @param deadline how long after that an answer must be on its way
 * @param release to be run once nobody needs the body any more
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Incoming(byte[] body, long since, Duration deadline, Runnable release) {

  /** Returns when an answer must be on its way, on the same clock. */
  long end() {
    return since + deadline.toNanos();
  }
}
