package io.meshguard.dataplane;

import io.meshguard.controlplane.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Runs the tools that make network namespaces. */
final class Shell {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int PROXY_GROUP = 1337;

  private Shell() {}

  /** Runs lines of a script; the first that fails ends it. */
  static void run(List<String> lines) throws IOException, InterruptedException {
    run(List.of(), lines, "");
  }

  /** Runs lines of a script in the network namespace of a process. */
  static void runIn(long pid, List<String> lines) throws IOException, InterruptedException {
    run(enter(pid), lines, "");
  }

  /** Runs lines of a script in the network namespace of a process, with a text to read. */
  static void runIn(long pid, List<String> lines, String input)
      throws IOException, InterruptedException {
    run(enter(pid), lines, input);
  }

  /**
   * Returns the words that make a command run in the network namespace of a process as its proxy
   * does: what it sends itself is not redirected to the proxy once more.
   */
  static List<String> enterAsProxy(long pid) {
    List<String> words = new ArrayList<>(enter(pid));
    words.addAll(withGroup(PROXY_GROUP, List.of()));
    return words;
  }

  /** Returns the words that make a command run with a group. */
  static List<String> withGroup(int group, List<String> command) {
    List<String> words =
        new ArrayList<>(List.of("setpriv", "--regid", "" + group, "--clear-groups", "--"));
    words.addAll(command);
    return words;
  }

  /** Returns the words that make a command run in the network namespace of a process. */
  private static List<String> enter(long pid) {
    return List.of("nsenter", "--net=/proc/" + pid + "/ns/net", "--");
  }

  private static void run(List<String> prefix, List<String> lines, String input)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    String script = lines.stream().collect(Collectors.joining("\n", "set -e\n", "\n"));
    command.addAll(List.of("/bin/sh", "-c", script));
    ProcessBuilder builder = new ProcessBuilder(command);
    // Where ordinary users' shells do not look for ip and iptables.
    builder
        .environment()
        .merge("PATH", "/usr/sbin:/sbin:/usr/bin:/bin", (path, more) -> path + ":" + more);
    Command.Result result = Command.run(builder, input, LIMIT);
    if (result.exitCode() != 0) {
      throw new IOException(
          "exit code %d of:%n%s%s".formatted(result.exitCode(), script, result.stderr()));
    }
  }
}
