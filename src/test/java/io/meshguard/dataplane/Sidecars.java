package io.meshguard.dataplane;

import java.util.Optional;
import java.util.function.Consumer;
import org.opentest4j.TestAbortedException;

/** Whether there are sidecars here, for tests of which only some need them. */
final class Sidecars {
  private final Optional<String> hindrance;
  private final Consumer<String> skipped;

  Sidecars(Optional<String> hindrance, Consumer<String> skipped) {
    this.hindrance = hindrance;
    this.skipped = skipped;
  }

  /** Skips the test that runs, and counts it, where there are none and its world has some. */
  void require(World world) {
    boolean some = world.pods().stream().anyMatch(p -> p.proxy() == PodSpec.Proxy.SIDECAR);
    if (some && hindrance.isPresent()) {
      skipped.accept(hindrance.get());
      throw new TestAbortedException(hindrance.get());
    }
  }
}
