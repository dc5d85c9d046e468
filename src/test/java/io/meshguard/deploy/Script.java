package io.meshguard.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the image's scripts with a JDK of this machine. */
final class Script {

  static final Path FOLDER = Path.of("src", "main", "docker").toAbsolutePath();

  private Script() {}

  /** What a run left, standard output and standard error together. */
  record Result(int exitCode, String output) {}

  /** Starts a script whose output goes to a file. */
  static Process start(
      Path script, Path java, Path output, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    Map<String, String> inherited = builder.environment();
    inherited.put("PATH", java.resolve("bin") + ":" + inherited.getOrDefault("PATH", "/usr/bin"));
    inherited.put("JAVA_HOME", java.toString());
    inherited.putAll(environment);
    return builder.start();
  }

  /** Runs a script, and ends it when its time is over. */
  static Result run(
      Path script, Path java, Map<String, String> environment, Duration time, String... arguments)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("script-", ".log");
    try {
      Process process = start(script, java, output, environment, arguments);
      if (!process.waitFor(time.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      return new Result(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }

  /** Copies a file or a folder with all that is in it, and the times of both. */
  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.toAbsolutePath().getParent());
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
