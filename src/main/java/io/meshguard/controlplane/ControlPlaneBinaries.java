package io.meshguard.controlplane;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds etcd, kube-apiserver and kubectl: {@code KUBEBUILDER_ASSETS}, then what was prepared
 * earlier, then a download, then a build from source.
 */
public final class ControlPlaneBinaries {
  private final List<BinarySource> ready;
  private final List<BinarySource> makers;
  private final BinaryCache cache;

  /**
   * Makes a chain.
   *
   * @param given what the user names
   * @param cache where the makers put what they make
   * @param makers asked in this order while the lock of the cache is held
   */
  ControlPlaneBinaries(BinarySource given, BinaryCache cache, List<BinarySource> makers) {
    BinarySource cached = new CachedBinaries(cache);
    List<BinarySource> underLock = new ArrayList<>();
    // Asked again: somebody else may have filled the cache while this process waited for the lock.
    underLock.add(cached);
    underLock.addAll(makers);
    this.ready = List.of(given, cached);
    this.makers = List.copyOf(underLock);
    this.cache = cache;
  }

  /**
   * Returns the binaries, after minutes where they have to be built (said through {@code progress}
   * before that begins).
   *
   * @throws ControlPlaneUnavailableException where no way works, with a message for the user
   */
  public static Binaries locate(Progress progress)
      throws ControlPlaneUnavailableException, InterruptedException {
    Map<String, String> environment = System.getenv();
    BinaryCache cache = BinaryCache.ofUser(environment, System.getProperty("user.home"));
    return new ControlPlaneBinaries(
            new EnvironmentBinaries(environment),
            cache,
            List.of(
                new EnvtestDownload(URI.create(EnvtestDownload.INDEX), cache),
                new GoBuild(GoToolchain.ofUser(environment), cache)))
        .find(progress);
  }

  Binaries find(Progress progress) throws ControlPlaneUnavailableException, InterruptedException {
    List<String> reasons = new ArrayList<>();
    try {
      Optional<Binaries> found = first(ready, progress, reasons);
      if (found.isPresent()) {
        return found.get();
      }
      try (CacheLock lock = CacheLock.acquire(cache.root(), progress)) {
        found = first(makers, progress, reasons);
      }
      if (found.isPresent()) {
        return found.get();
      }
    } catch (IOException e) {
      reasons.add("the cache " + cache.root() + " cannot be used: " + e);
    }
    throw new ControlPlaneUnavailableException(message(reasons));
  }

  private static Optional<Binaries> first(
      List<BinarySource> sources, Progress progress, List<String> reasons)
      throws IOException, InterruptedException {
    for (BinarySource source : sources) {
      BinarySource.Lookup lookup = source.look(progress);
      if (lookup instanceof BinarySource.Found found) {
        return Optional.of(found.binaries());
      }
      if (lookup instanceof BinarySource.Missing missing && !reasons.contains(missing.reason())) {
        reasons.add(missing.reason());
      }
    }
    return Optional.empty();
  }

  private static String message(List<String> reasons) {
    return "A control plane needs etcd, kube-apiserver and kubectl, and none of the ways to them"
        + " works here:\n  - "
        + String.join("\n  - ", reasons)
        + "\nAny one of these helps: set "
        + EnvironmentBinaries.VARIABLE
        + " to a directory that holds the three (setup-envtest makes one); allow access to the"
        + " internet; install Go "
        + GoToolchain.LEAST
        + " or later.";
  }
}
