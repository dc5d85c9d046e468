package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prometheus' own tool for rules, built from source once and kept beside the control plane.
 *
 * @param executable its file
 */
public record Promtool(Path executable) {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private static final GoTool TOOL =
      new GoTool(
          new GoCompiler.Target(
              "promtool",
              "promtool",
              "github.com/prometheus/prometheus/cmd/promtool",
              // Without the ways to find targets at some twenty clouds, which rules do not need.
              List.of("-tags=remove_all_sd", "-trimpath", "-ldflags=-s -w"),
              "4 minutes on two cores"),
          "v0.316.0");

  /** What it left. */
  public record Result(int exitCode, String output) {}

  /** Returns the tool, after minutes where it has to be built. */
  public static Promtool locate(Progress progress) throws IOException, InterruptedException {
    return new Promtool(TOOL.locate(progress));
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
