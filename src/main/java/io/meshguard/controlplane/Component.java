package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One process of the control plane: etcd or kube-apiserver. */
public final class Component {
  private static final Duration EXIT = Duration.ofSeconds(10);

  private final String name;
  private final List<String> command;
  private final Path directory;
  private final Path log;
  private final Watchdog watchdog;
  private @Nullable Process process;

  Component(String name, List<String> command, Path directory, Watchdog watchdog) {
    this.name = name;
    this.command = List.copyOf(command);
    this.directory = directory;
    this.log = directory.resolve(name + ".log");
    this.watchdog = watchdog;
  }

  /** Returns the program's name. */
  public String name() {
    return name;
  }

  synchronized void start() throws IOException {
    if (isAlive()) {
      throw new IllegalStateException(name + " runs already");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // Both read settings from variables (ETCD_…, GODEBUG, …): the user's are not meant for them.
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/bin:/bin");
    process = watchdog.start(builder);
  }

  /** Tells whether the process runs; a paused one does. */
  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Returns the process id; throws where nothing was started or it has ended. */
  public synchronized long pid() {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException(name + " does not run");
    }
    return process.pid();
  }

  /** Stops the process where it stands (SIGSTOP): connections stay open, nothing answers. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets a paused process go on. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Kills the process (SIGKILL) and waits for its end; one that does not run is no error. */
  public synchronized void kill() throws InterruptedException {
    if (process == null) {
      return;
    }
    process.destroyForcibly();
    if (!process.waitFor(EXIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(name + " does not die");
    }
  }

  /**
   * Kills the process where it runs, and starts it again on the same data and ports. Returns at
   * once; {@link ControlPlane#awaitReady()} waits.
   */
  public synchronized void restart() throws IOException, InterruptedException {
    kill();
    start();
  }

  /** Returns the last lines that the process printed. */
  public String lastLines(int count) throws IOException {
    if (!Files.exists(log)) {
      return "";
    }
    List<String> lines =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }

  private void signal(String signal) throws IOException, InterruptedException {
    // The shell's own kill: a slim image has no other.
    Command.Result result =
        Command.run(
            new ProcessBuilder(
                "/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal, Long.toString(pid())),
            EXIT);
    if (result.exitCode() != 0) {
      throw new IOException(name + " cannot be signalled: " + result.stderr().strip());
    }
  }
}
