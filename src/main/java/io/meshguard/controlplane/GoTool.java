package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One more program, built from source once and kept beside the control plane's. Its go.mod and
 * go.sum, which pin every module that it is made of, are resources in a folder of its name.
 *
 * @param target what is built
 * @param version part of the name under which it is kept
 */
public record GoTool(GoCompiler.Target target, String version) {

  /** Istio's control plane. */
  static final GoTool ISTIOD =
      new GoTool(
          new GoCompiler.Target(
              "pilot-discovery",
              "istiod",
              "istio.io/istio/pilot/cmd/pilot-discovery",
              List.of("-ldflags=-s -w"),
              "10 minutes on two cores"),
          Versions.ISTIOD);

  /** The agent beside Istio's proxies, which fetches their certificates. */
  static final GoTool PILOT_AGENT =
      new GoTool(
          new GoCompiler.Target(
              "pilot-agent",
              "istiod",
              "istio.io/istio/pilot/cmd/pilot-agent",
              List.of("-ldflags=-s -w"),
              "10 minutes on two cores, seconds after istiod's"),
          Versions.ISTIOD);

  /** It cannot be had; the message says why. */
  public static final class UnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String name, String reason) {
      super("there is no " + name + ": " + reason);
    }
  }

  /** Returns its file, after minutes where it has to be built. */
  public Path locate(Progress progress) throws IOException, InterruptedException {
    BinaryCache cache = BinaryCache.ofUser(System.getenv(), System.getProperty("user.home"));
    String name = target.binary();
    String entry = name + "-" + version;
    Optional<Path> cached = cache.file(entry, name);
    if (cached.isPresent()) {
      return cached.get();
    }
    try (CacheLock lock = CacheLock.acquire(cache.root(), progress)) {
      Optional<Path> meanwhile = cache.file(entry, name);
      return meanwhile.isPresent() ? meanwhile.get() : build(cache, entry, progress);
    }
  }

  private Path build(BinaryCache cache, String entry, Progress progress)
      throws IOException, InterruptedException {
    GoToolchain go = GoToolchain.ofUser(System.getenv());
    String name = target.binary();
    Path work = Files.createTempDirectory("meshguard-go-tool-");
    try (Watchdog watchdog = Watchdog.start(Optional.of(work))) {
      Path module = Files.createDirectory(work.resolve(target.module()));
      GoToolchain.unpackModule(target.module(), module);
      Optional<String> hindrance = go.hindrance(module);
      if (hindrance.isPresent()) {
        throw new UnavailableException(name, hindrance.get());
      }
      GoCompiler compiler = new GoCompiler(go, watchdog, progress);
      return cache
          .install(entry, directory -> compiler.build(target, work, directory))
          .resolve(name);
    } catch (GoCompiler.FailedException e) {
      throw new UnavailableException(name, String.valueOf(e.getMessage()));
    } finally {
      Trees.delete(work);
    }
  }
}
