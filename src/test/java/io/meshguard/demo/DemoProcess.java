package io.meshguard.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The packaged program as a process, with a directory of its own for everything temporary.
 *
 * @param process the process
 * @param temporary where the program and all that it starts keep what is temporary
 * @param out what it has written to standard output
 * @param err what it has written to standard error
 */
record DemoProcess(Process process, Path temporary, Path out, Path err) implements AutoCloseable {

  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Starts the demo. */
  static DemoProcess start(Path directory, Map<String, String> environment, String... options)
      throws IOException {
    assertThat(JAR).as("the program, packaged by mvn package").exists();
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Djava.io.tmpdir=" + temporary);
    line.addAll(List.of("-cp", JAR.toAbsolutePath().toString(), "io.meshguard.cli.Main", "demo"));
    line.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new DemoProcess(builder.start(), temporary, out, err);
  }

  /** Waits for its own end and returns its exit code. */
  int await() throws InterruptedException {
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("has ended").isTrue();
    return process.exitValue();
  }

  /** Waits until it has written a text to standard output. */
  void awaitText(String text) throws Exception {
    awaitIn(out, text);
  }

  /** Waits until it has written a text to standard error. */
  void awaitSaid(String text) throws Exception {
    awaitIn(err, text);
  }

  private void awaitIn(Path file, String text) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!Files.readString(file, StandardCharsets.UTF_8).contains(text)) {
      assertThat(process.isAlive()).as("runs; it said %s %s", shown(), said()).isTrue();
      assertThat(System.nanoTime()).as("time to show %s", text).isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  /** Returns the process and all that it has started. */
  List<ProcessHandle> family() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /** Asks it to end, as the end of a session does. */
  void terminate() {
    process.destroy();
  }

  String shown() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  String said() throws IOException {
    return Files.readString(err, StandardCharsets.UTF_8);
  }

  /** Returns the files that are left. */
  List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
