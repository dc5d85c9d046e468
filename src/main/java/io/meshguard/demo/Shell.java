package io.meshguard.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs lines as a person would type them in a terminal, in the directory of the demo's files and
 * with nothing of the user's own settings.
 *
 * @param directory where the lines run
 * @param kubectl the program behind the word {@code kubectl}
 * @param kubeconfig the cluster that it speaks to
 */
record Shell(Path directory, Path kubectl, Path kubeconfig) {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int TIMED_OUT = 124;

  /**
   * What a line left.
   *
   * @param exitCode 124 where it was ended for taking too long
   * @param output both outputs in the order in which they were written, as a terminal shows them
   */
  record Result(int exitCode, String output) {}

  /** Runs a line to its end. */
  Result run(String line) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, ".output-", "");
    try {
      ProcessBuilder builder =
          new ProcessBuilder("/bin/sh", "-c", line)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      Map<String, String> environment = builder.environment();
      environment.clear();
      environment.put("PATH", kubectl.getParent() + ":/usr/bin:/bin");
      environment.put("HOME", directory.toString());
      environment.put("KUBECONFIG", kubeconfig.toString());
      environment.put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      process.getOutputStream().close();
      int exitCode = await(process);
      return new Result(exitCode, new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static int await(Process process) throws InterruptedException {
    try {
      return process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) ? process.exitValue() : TIMED_OUT;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
