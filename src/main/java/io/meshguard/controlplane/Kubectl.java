package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** kubectl as one user, with a home of its own and nothing of the user's settings. */
public final class Kubectl {
  /**
   * What a run left.
   *
   * @param exitCode 124 where it was killed for taking too long
   */
  public record Result(int exitCode, String stdout, String stderr) {}

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path program;
  private final Path kubeconfig;
  private final Path home;
  private final Map<String, String> variables;

  Kubectl(Path program, Path kubeconfig, Path home, Map<String, String> variables) {
    this.program = program;
    this.kubeconfig = kubeconfig;
    this.home = home;
    this.variables = Map.copyOf(variables);
  }

  /** Returns the same with one more environment variable, such as {@code KUBE_EDITOR}. */
  public Kubectl with(String variable, String value) {
    Map<String, String> more = new HashMap<>(variables);
    more.put(variable, value);
    return new Kubectl(program, kubeconfig, home, more);
  }

  /** Runs with empty standard input, killed after two minutes. */
  public Result run(String... arguments) throws IOException, InterruptedException {
    return runWithInput("", arguments);
  }

  /** Runs with a text on standard input ({@code apply -f -}), killed after two minutes. */
  public Result runWithInput(String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(program.toString());
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(home.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    // The system's own directories only (diff, an editor): plugins of the user stay out.
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", home.toString());
    environment.put("KUBECONFIG", kubeconfig.toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.putAll(variables);
    Command.Result result = Command.run(builder, input, LIMIT);
    return new Result(result.exitCode(), result.stdout(), result.stderr());
  }
}
