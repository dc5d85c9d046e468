package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Builds programs from unpacked modules, one after the other, and tells of it while that takes
 * long.
 */
record GoCompiler(GoToolchain go, Watchdog watchdog, Progress progress) {
  private static final Duration LIMIT = Duration.ofMinutes(60);
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  /**
   * A program.
   *
   * @param binary name of its file
   * @param module folder of the module that pins what it is made of
   * @param mainPackage its package
   * @param flags of {@code go build}
   * @param duration how long it takes the first time, for people
   */
  record Target(
      String binary, String module, String mainPackage, List<String> flags, String duration) {}

  /** A build did not succeed; the message says why. */
  static final class FailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    FailedException(String reason) {
      super(reason);
      this.reason = reason;
    }

    @Override
    public String getMessage() {
      return reason;
    }
  }

  /**
   * Builds one.
   *
   * @param work holds the modules' folders
   * @param directory where the program goes
   */
  void build(Target target, Path work, Path directory) throws IOException, InterruptedException {
    progress.say(
        "building %s from source, about %s the first time"
            .formatted(target.binary(), target.duration()));
    Path log = work.resolve(target.binary() + ".log");
    List<String> arguments = new ArrayList<>(List.of("build"));
    arguments.addAll(target.flags());
    arguments.add("-o");
    arguments.add(directory.resolve(target.binary()).toString());
    arguments.add(target.mainPackage());
    ProcessBuilder builder =
        go.builder(work.resolve(target.module()), arguments.toArray(new String[0]));
    Process process =
        watchdog.start(builder.redirectErrorStream(true).redirectOutput(log.toFile()));
    try {
      await(process, target);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new FailedException(
          "go build of %s failed:\n%s"
              .formatted(
                  target.mainPackage(), GoToolchain.lastLines(Files.readString(log)).indent(6)));
    }
  }

  private void await(Process process, Target target) throws FailedException, InterruptedException {
    long start = System.nanoTime();
    while (!process.waitFor(HEARTBEAT.toSeconds(), TimeUnit.SECONDS)) {
      Duration spent = Duration.ofNanos(System.nanoTime() - start);
      if (spent.compareTo(LIMIT) > 0) {
        throw new FailedException(
            "go build of %s was not done in %d minutes"
                .formatted(target.mainPackage(), LIMIT.toMinutes()));
      }
      progress.say(
          "still building %s (%d:%02d)"
              .formatted(target.binary(), spent.toMinutes(), spent.toSecondsPart()));
    }
  }
}
