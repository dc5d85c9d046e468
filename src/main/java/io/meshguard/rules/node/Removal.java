package io.meshguard.rules.node;

import io.meshguard.mesh.CommandLine;
import java.util.List;
import java.util.Set;

/** Whether a command removes exited containers, those of Kubernetes included. */
final class Removal {

  private static final Set<String> REMOVE = Set.of("rm", "remove", "delete", "del");
  private static final Set<String> DOCKER = Set.of("docker", "podman");

  private Removal() {}

  /**
   * Returns whether a command removes containers.
   *
   * @param all all commands of the same container, of which one may say which are left out
   */
  static boolean of(CommandLine line, List<CommandLine> all) {
    if (all.stream().anyMatch(Removal::leavesKubernetesOut)) {
      return false;
    }
    List<String> words = line.operands();
    String program = line.program();
    if (DOCKER.contains(program)) {
      return !isRemote(line) && removes(words, line);
    }
    if (program.equals("nerdctl")) {
      return inKubernetesNamespace(line) && removes(behindNamespace(words), line);
    }
    if (program.equals("crictl")) {
      return (has(words, 0, "rm") || has(words, 0, "rmp")) && choosesMany(line);
    }
    return program.equals("ctr")
        && inKubernetesNamespace(line)
        && isCtrRemoval(behindNamespace(words))
        && choosesMany(line);
  }

  private static boolean removes(List<String> words, CommandLine line) {
    boolean container = has(words, 0, "container");
    List<String> rest = container ? words.subList(1, words.size()) : words;
    boolean prune = (container && has(rest, 0, "prune")) || isSystemPrune(words);
    boolean remove = !rest.isEmpty() && REMOVE.contains(rest.get(0)) && choosesMany(line);
    return (prune && !isLimitedToOwn(line)) || remove;
  }

  private static boolean isSystemPrune(List<String> words) {
    return has(words, 0, "system") && has(words, 1, "prune");
  }

  private static boolean isCtrRemoval(List<String> words) {
    return words.size() > 1
        && Set.of("containers", "container", "c", "tasks", "task", "t").contains(words.get(0))
        && REMOVE.contains(words.get(1));
  }

  /** One container by its name is no cleanup; what a shell fills in, or all, is. */
  private static boolean choosesMany(CommandLine line) {
    return line.wrappers().contains("xargs")
        || line.words().stream().anyMatch(word -> word.contains("$"))
        || line.words().contains("-a")
        || line.words().contains("--all")
        || line.words().contains("-fa")
        || line.words().contains("-af");
  }

  private static boolean leavesKubernetesOut(CommandLine line) {
    return line.words().stream().anyMatch(word -> word.contains("label!=io.kubernetes"));
  }

  private static boolean isLimitedToOwn(CommandLine line) {
    return line.words().stream()
        .map(word -> word.startsWith("--filter=") ? word.substring("--filter=".length()) : word)
        .anyMatch(word -> word.startsWith("label=") && !word.startsWith("label=io.kubernetes"));
  }

  private static boolean isRemote(CommandLine line) {
    return line.words().stream().anyMatch(word -> word.startsWith("tcp://"));
  }

  /** The tools of containerd look at a namespace of their own unless told otherwise. */
  private static boolean inKubernetesNamespace(CommandLine line) {
    return line.words().stream()
        .anyMatch(word -> word.equals("k8s.io") || word.endsWith("=k8s.io"));
  }

  private static List<String> behindNamespace(List<String> words) {
    return words.stream().filter(word -> !word.equals("k8s.io")).toList();
  }

  private static boolean has(List<String> words, int index, String word) {
    return words.size() > index && words.get(index).equals(word);
  }
}
