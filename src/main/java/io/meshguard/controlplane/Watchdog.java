package io.meshguard.controlplane;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Starts processes that do not outlive this one, however it dies. A shell waits on a pipe that only
 * this process holds; at its end the shell kills what it was told to watch, and removes a
 * directory.
 */
final class Watchdog implements AutoCloseable {
  private static final String WATCH =
      """
      trap '' HUP INT TERM
      pids=
      while read -r word pid; do
        case $word in
          watch) pids="$pids $pid" ;;
          forget)
            kept=
            for each in $pids; do
              [ "$each" = "$pid" ] || kept="$kept $each"
            done
            pids=$kept
            ;;
          quit) exit 0 ;;
        esac
      done
      if [ -n "$pids" ]; then
        kill -KILL $pids
        sleep 1
      fi
      [ -z "$1" ] || rm -rf "$1"
      """;

  // Nothing runs before the watchdog knows the process: this waits for a line, ends without one.
  private static final String WAIT_FOR_WORD = "read -r word && exec \"$@\" </dev/null";

  private final Process shell;

  private Watchdog(Process shell) {
    this.shell = shell;
  }

  /**
   * Starts the shell.
   *
   * @param remove the directory to remove when this process is killed
   */
  static Watchdog start(Optional<Path> remove) throws IOException {
    String directory = remove.map(path -> path.toAbsolutePath().toString()).orElse("");
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", WATCH, "meshguard-watchdog", directory)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    return new Watchdog(builder.start());
  }

  /** Starts a watched process; its standard input is empty. */
  Process start(ProcessBuilder builder) throws IOException {
    String[] command = builder.command().toArray(String[]::new);
    String[] wrapped = new String[command.length + 4];
    wrapped[0] = "/bin/sh";
    wrapped[1] = "-c";
    wrapped[2] = WAIT_FOR_WORD;
    wrapped[3] = command[0];
    System.arraycopy(command, 0, wrapped, 4, command.length);
    Process process = builder.command(wrapped).redirectInput(ProcessBuilder.Redirect.PIPE).start();
    try (OutputStream go = process.getOutputStream()) {
      tell("watch " + process.pid());
      go.write('\n');
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
    var unused = process.onExit().thenRun(() -> forget(process.pid()));
    return process;
  }

  /** A number that is free again must not be killed: another process may get it. */
  private void forget(long pid) {
    try {
      tell("forget " + pid);
    } catch (IOException e) {
      // The watchdog is gone, and with it the danger.
    }
  }

  private synchronized void tell(String line) throws IOException {
    OutputStream out = shell.getOutputStream();
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Ends the watch; whoever started processes has ended them. */
  @Override
  public synchronized void close() {
    try (OutputStream out = shell.getOutputStream()) {
      out.write("quit\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    } catch (IOException e) {
      // Already gone.
    }
  }
}
