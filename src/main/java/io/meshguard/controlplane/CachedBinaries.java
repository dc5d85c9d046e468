package io.meshguard.controlplane;

import java.io.IOException;
import java.util.Optional;

/** What an earlier run downloaded or built. */
record CachedBinaries(BinaryCache cache) implements BinarySource {
  @Override
  public Lookup look(Progress progress) throws IOException {
    Optional<Binaries> found = cache.newest(Versions.KUBERNETES_LINE);
    return found.isPresent()
        ? new Found(found.get())
        : new Missing("nothing was prepared earlier in " + cache.root());
  }
}
