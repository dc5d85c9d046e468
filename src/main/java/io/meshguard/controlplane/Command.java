package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
public final class Command {
  /**
   * What it left.
   *
   * @param exitCode 124 where it was killed for taking too long
   */
  public record Result(int exitCode, String stdout, String stderr) {}

  private static final int TIMED_OUT = 124;

  private Command() {}

  /** Runs with nothing on standard input. */
  public static Result run(ProcessBuilder builder, Duration limit)
      throws IOException, InterruptedException {
    return run(builder, "", limit);
  }

  /** Runs; a program that is not done in time is killed and has exit code 124. */
  public static Result run(ProcessBuilder builder, String stdin, Duration limit)
      throws IOException, InterruptedException {
    // Files rather than pipes: no reader threads, and no pipe that is full.
    Path directory = Files.createTempDirectory("meshguard-command-");
    try {
      Path in = Files.writeString(directory.resolve("in"), stdin);
      Path out = Files.createFile(directory.resolve("out"));
      Path err = Files.createFile(directory.resolve("err"));
      Process process =
          builder
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      boolean ended = await(process, limit);
      String stderr = text(err);
      return ended
          ? new Result(process.exitValue(), text(out), stderr)
          : new Result(TIMED_OUT, text(out), stderr + "killed after " + limit.toSeconds() + " s\n");
    } finally {
      Trees.delete(directory);
    }
  }

  private static boolean await(Process process, Duration limit) throws InterruptedException {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
