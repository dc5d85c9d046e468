package io.meshguard.controlplane;

import java.io.IOException;

/** One way to come by the binaries. */
interface BinarySource {
  /**
   * Looks here. Throws only where going on to the next source makes no sense (a full disk, an
   * interrupt); "not here" is an answer.
   */
  Lookup look(Progress progress) throws IOException, InterruptedException;

  /** What a source answers. */
  sealed interface Lookup {}

  /** They are here. */
  record Found(Binaries binaries) implements Lookup {}

  /** They are not; the reason is a clause without final period, shown when every source failed. */
  record Missing(String reason) implements Lookup {}
}
