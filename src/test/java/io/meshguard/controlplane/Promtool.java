package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Prometheus' own tool for rules, built from source once and kept beside the control plane.
 *
 * @param executable its file
 */
public record Promtool(Path executable) {
  private static final String MODULE = "promtool";
  private static final String ENTRY = "promtool-v0.316.0";
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private static final GoCompiler.Target TARGET =
      new GoCompiler.Target(
          MODULE,
          MODULE,
          "github.com/prometheus/prometheus/cmd/promtool",
          // Without the ways to find targets at some twenty clouds, which rules do not need.
          List.of("-tags=remove_all_sd", "-trimpath", "-ldflags=-s -w"),
          "4 minutes on two cores");

  /** It cannot be had; the message says why. */
  public static final class UnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String reason) {
      super("there is no promtool: " + reason);
    }
  }

  /** What it left. */
  public record Result(int exitCode, String output) {}

  /** Returns the tool, after minutes where it has to be built. */
  public static Promtool locate(Progress progress) throws IOException, InterruptedException {
    BinaryCache cache = BinaryCache.ofUser(System.getenv(), System.getProperty("user.home"));
    Optional<Path> cached = cache.file(ENTRY, MODULE);
    if (cached.isPresent()) {
      return new Promtool(cached.get());
    }
    try (CacheLock lock = CacheLock.acquire(cache.root(), progress)) {
      Optional<Path> meanwhile = cache.file(ENTRY, MODULE);
      return new Promtool(meanwhile.isPresent() ? meanwhile.get() : build(cache, progress));
    }
  }

  private static Path build(BinaryCache cache, Progress progress)
      throws IOException, InterruptedException {
    GoToolchain go = GoToolchain.ofUser(System.getenv());
    Path work = Files.createTempDirectory("meshguard-promtool-");
    try (Watchdog watchdog = Watchdog.start(Optional.of(work))) {
      Path module = Files.createDirectory(work.resolve(MODULE));
      GoToolchain.unpackModule(MODULE, module);
      Optional<String> hindrance = go.hindrance(module);
      if (hindrance.isPresent()) {
        throw new UnavailableException(hindrance.get());
      }
      GoCompiler compiler = new GoCompiler(go, watchdog, progress);
      return cache
          .install(ENTRY, directory -> compiler.build(TARGET, work, directory))
          .resolve(MODULE);
    } catch (GoCompiler.FailedException e) {
      throw new UnavailableException(String.valueOf(e.getMessage()));
    } finally {
      Trees.delete(work);
    }
  }

  /** Runs it in a folder; standard output and standard error come together. */
  public Result run(Path folder, String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(Stream.of(executable.toString()), Stream.of(arguments)).toList())
            .directory(folder.toFile());
    Command.Result result = Command.run(builder, LIMIT);
    return new Result(result.exitCode(), result.stdout() + result.stderr());
  }
}
