package io.meshguard.process;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program that a container runs when it starts, as far as its definition tells: wrappers such as
 * {@code sudo} or {@code nsenter} are taken off, shell text and scripts from ConfigMaps are taken
 * apart.
 *
 * @param words the program without its folder, then its arguments
 * @param wrappers what stands before it, outermost first: the programs through which it is run, and
 *     assignments of variables as they are written
 * @param at where it stands: the text of a script, or the list that is the command
 */
public record CommandLine(List<String> words, List<String> wrappers, Cursor at) {

  /** Kinds that scripts are read from. */
  public static final Set<Kind> READS = Set.of(Kind.CONFIG_MAP);

  private static final Set<String> KEYWORDS =
      Set.of("if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "exec");

  /** Programs that run another one, with their options that take a value as a word of its own. */
  private static final Map<String, Set<String>> WRAPPERS =
      Map.ofEntries(
          entry("sudo", "-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T"),
          entry("env", "-u", "-C"),
          entry("nohup"),
          entry("nice", "-n"),
          entry("ionice", "-c", "-n"),
          entry("timeout", "-s", "-k"),
          entry("chroot"),
          entry("nsenter", "-t", "--target", "-S", "--setuid", "-G", "--setgid"),
          entry("xargs", "-n", "-I", "-P", "-L", "-d", "-s", "-a", "-E"),
          entry("setsid"),
          entry("stdbuf", "-i", "-o", "-e"),
          entry("command"),
          entry("busybox"),
          entry("tini", "-p", "-e"),
          entry("dumb-init", "-r"),
          entry("watch", "-n"));

  /** Wrappers whose first argument that is no option is an operand of their own. */
  private static final Set<String> WITH_OPERAND = Set.of("timeout", "chroot");

  public CommandLine {
    words = List.copyOf(words);
    wrappers = List.copyOf(wrappers);
  }

  /** Returns the name of the program, without its folder. */
  public String program() {
    return words.get(0);
  }

  /** Returns the arguments that are no options, in order. */
  public List<String> operands() {
    return words.stream().skip(1).filter(word -> !word.startsWith("-")).toList();
  }

  /** Returns the index of the program behind keywords, assignments and wrappers. */
  static int unwrap(List<String> words, List<String> wrappers) {
    int i = 0;
    while (i < words.size()) {
      String word = words.get(i);
      String name = baseName(word);
      if (KEYWORDS.contains(word)) {
        i++;
      } else if (isAssignment(word)) {
        wrappers.add(word);
        i++;
      } else if (WRAPPERS.containsKey(name)) {
        wrappers.add(name);
        i = skipOptions(words, i + 1, WRAPPERS.get(name));
        if (WITH_OPERAND.contains(name)) {
          i++;
        }
      } else {
        return i;
      }
    }
    return i;
  }

  private static int skipOptions(List<String> words, int from, Set<String> withValue) {
    int i = from;
    while (i < words.size() && words.get(i).startsWith("-")) {
      if (words.get(i).equals("--")) {
        return i + 1;
      }
      i += withValue.contains(words.get(i)) ? 2 : 1;
    }
    return i;
  }

  private static Map.Entry<String, Set<String>> entry(String wrapper, String... withValue) {
    return Map.entry(wrapper, Set.of(withValue));
  }

  private static boolean isAssignment(String word) {
    int equals = word.indexOf('=');
    return equals > 0
        && word.chars().limit(equals).allMatch(c -> c == '_' || Character.isLetterOrDigit(c))
        && !Character.isDigit(word.charAt(0));
  }

  static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
