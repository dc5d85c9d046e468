package io.meshguard.rules.node;

import io.meshguard.process.CommandLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether a command removes exited containers, those of Kubernetes included. */
final class Removal {

  private static final Set<String> REMOVE = Set.of("rm", "remove", "delete", "del");
  private static final List<String> REMOTE = List.of("tcp://", "ssh://", "http://", "https://");

  /** Options before the command that take a value as a word of its own. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-H",
          "--host",
          "-c",
          "--context",
          "--config",
          "-l",
          "--log-level",
          "--url",
          "--connection",
          "-r",
          "--runtime-endpoint",
          "-i",
          "--image-endpoint",
          "-t",
          "--timeout",
          "-a",
          "--address",
          "--root",
          "-n",
          "--namespace");

  private static final Set<String> DOCKER = Set.of("docker", "podman");
  private static final Set<String> RUNTIMES =
      Set.of("docker", "podman", "nerdctl", "crictl", "ctr");
  private static final Set<String> GROUPS =
      Set.of("containers", "container", "c", "tasks", "task", "t");
  private static final Set<String> LIST = Set.of("ls", "list", "ps");

  /** Filters that choose what somebody started, unless they name what the kubelet starts. */
  private static final List<String> OWN = List.of("label=", "name=", "ancestor=");

  private static final List<String> OF_KUBELET = List.of("label=io.kubernetes", "name=k8s");

  private Removal() {}

  /**
   * Returns the first command that removes containers.
   *
   * @param all all commands of a container, of which one may say which are left out
   */
  static Optional<CommandLine> in(List<CommandLine> all) {
    if (all.stream().anyMatch(line -> leavesKubernetesOut(line) || choosesRemote(line))) {
      return Optional.empty();
    }
    boolean listed = all.stream().anyMatch(Removal::lists);
    return all.stream().filter(line -> removes(line, listed)).findFirst();
  }

  private static boolean removes(CommandLine line, boolean listed) {
    String program = line.program();
    List<String> words = behindOptions(line.words().subList(1, line.words().size()));
    boolean many = choosesAll(line) || (listed && isFilledIn(line));
    if (DOCKER.contains(program)) {
      return !isRemote(line) && removes(words, line, many);
    }
    if (program.equals("nerdctl")) {
      return inKubernetesNamespace(line) && removes(behindNamespace(words), line, many);
    }
    if (program.equals("crictl")) {
      return (has(words, 0, "rm") || has(words, 0, "rmp")) && many;
    }
    return program.equals("ctr")
        && inKubernetesNamespace(line)
        && isCtrRemoval(behindNamespace(words))
        && many;
  }

  /** Returns the words that are no options, nor the value of one that stands before the command. */
  private static List<String> behindOptions(List<String> arguments) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (!word.startsWith("-")) {
        words.add(word);
      } else if (words.isEmpty() && WITH_VALUE.contains(word)) {
        i++;
      }
    }
    return words;
  }

  private static boolean removes(List<String> words, CommandLine line, boolean many) {
    boolean container = has(words, 0, "container");
    List<String> rest = container ? words.subList(1, words.size()) : words;
    boolean prune = (container && has(rest, 0, "prune")) || isSystemPrune(words);
    boolean remove = !rest.isEmpty() && REMOVE.contains(rest.get(0)) && many;
    return (prune && !isLimitedToOwn(line)) || remove;
  }

  private static boolean isSystemPrune(List<String> words) {
    return has(words, 0, "system") && has(words, 1, "prune");
  }

  private static boolean isCtrRemoval(List<String> words) {
    return words.size() > 1 && GROUPS.contains(words.get(0)) && REMOVE.contains(words.get(1));
  }

  private static boolean choosesAll(CommandLine line) {
    return line.words().stream().anyMatch(Set.of("-a", "--all", "-fa", "-af")::contains);
  }

  /** One container by its name is no cleanup, even if a variable is part of the name. */
  private static boolean isFilledIn(CommandLine line) {
    return line.wrappers().contains("xargs")
        || line.words().stream().anyMatch(word -> word.startsWith("$"));
  }

  /** Returns whether a command lists containers, and not only some of one's own. */
  private static boolean lists(CommandLine line) {
    List<String> words =
        behindNamespace(behindOptions(line.words().subList(1, line.words().size())));
    boolean listing =
        has(words, 0, "ps")
            || has(words, 0, "pods")
            || (words.size() > 1 && GROUPS.contains(words.get(0)) && LIST.contains(words.get(1)));
    return RUNTIMES.contains(line.program()) && listing && !isLimitedToOwn(line);
  }

  private static boolean leavesKubernetesOut(CommandLine line) {
    return line.words().stream().anyMatch(word -> word.contains("label!=io.kubernetes"));
  }

  private static boolean isLimitedToOwn(CommandLine line) {
    return line.words().stream()
        .map(word -> word.startsWith("--filter=") ? word.substring("--filter=".length()) : word)
        .filter(word -> OWN.stream().anyMatch(word::startsWith))
        .anyMatch(word -> OF_KUBELET.stream().noneMatch(word::startsWith));
  }

  private static boolean isRemote(CommandLine line) {
    return line.words().stream()
        .map(word -> word.substring(word.indexOf('=') + 1))
        .anyMatch(word -> REMOTE.stream().anyMatch(word::startsWith));
  }

  /** A shell that names another daemon talks to that one only. */
  private static boolean choosesRemote(CommandLine line) {
    return Stream.concat(line.words().stream(), line.wrappers().stream())
        .filter(word -> word.startsWith("DOCKER_HOST="))
        .map(word -> word.substring("DOCKER_HOST=".length()))
        .anyMatch(word -> REMOTE.stream().anyMatch(word::startsWith));
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
