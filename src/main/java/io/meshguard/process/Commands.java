package io.meshguard.process;

import io.meshguard.mesh.ConfigVolumes;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The programs that the containers of a workload run. What containers share is looked up once, and
 * what may be read for all of them together is limited: scripts can run scripts.
 */
public final class Commands {

  private static final int MOST_DEPTH = 4;

  /** Some scripts of a megabyte, which is more than a ConfigMap holds. */
  private static final long MOST_STEPS = 4_000_000;

  private static final int STEPS_PER_COMMAND = 16;
  private static final Set<String> SHELLS = Set.of("sh", "bash", "ash", "dash", "zsh", "ksh");

  private final WorkBudget budget = new WorkBudget(MOST_STEPS);
  private final ConfigVolumes volumes;

  /**
   * Takes a workload.
   *
   * @param mesh where scripts are looked up
   */
  public Commands(Workload workload, Mesh mesh) {
    this.volumes = new ConfigVolumes(workload, mesh);
  }

  /**
   * Returns the programs that a container runs, in the order in which they are written; empty where
   * they are too many, or their scripts too long, to be read.
   */
  public Optional<List<CommandLine>> of(Cursor container) {
    List<Cursor> argv =
        Stream.concat(container.at("command").each().stream(), container.at("args").each().stream())
            .toList();
    List<String> words = argv.stream().map(word -> word.text("")).toList();
    List<CommandLine> lines = new ArrayList<>();
    if (!words.isEmpty()) {
      Cursor list = container.at(container.at("command").isNonEmpty() ? "command" : "args");
      Scripts scripts = new Scripts(container, volumes, budget);
      new Reader(lines, scripts, argv, budget).read(words, list, List.of(), 0);
    }
    return budget.isOver() ? Optional.empty() : Optional.of(lines);
  }

  /** Takes command lines apart, recursively. */
  private record Reader(
      List<CommandLine> lines, Scripts scripts, List<Cursor> argv, WorkBudget budget) {

    void read(List<String> words, Cursor at, List<String> outer, int depth) {
      if (!budget.take(STEPS_PER_COMMAND + words.size() + outer.size())) {
        return;
      }
      List<String> wrappers = new ArrayList<>(outer);
      int program = CommandLine.unwrap(words, wrappers);
      if (program >= words.size() || depth > MOST_DEPTH) {
        return;
      }
      String name = CommandLine.baseName(words.get(program));
      List<String> rest = words.subList(program + 1, words.size());
      if (name.equals("eval")) {
        script(String.join(" ", rest), at, wrappers, depth);
      } else if (SHELLS.contains(name)) {
        shell(rest, at, wrappers, depth);
      } else {
        Optional<String> file = scripts.text(words.get(program));
        file.ifPresent(text -> script(text, at, wrappers, depth));
        lines.add(
            new CommandLine(Stream.concat(Stream.of(name), rest.stream()).toList(), wrappers, at));
      }
    }

    private void shell(List<String> rest, Cursor at, List<String> wrappers, int depth) {
      int i = 0;
      boolean text = false;
      while (i < rest.size() && (rest.get(i).startsWith("-") || rest.get(i).startsWith("+"))) {
        String option = rest.get(i);
        text |= !option.startsWith("--") && option.indexOf('c') > 0;
        i += option.equals("-o") || option.equals("+o") ? 2 : 1;
      }
      if (i >= rest.size()) {
        return;
      }
      String operand = rest.get(i);
      if (text) {
        script(operand, depth == 0 ? placeOf(operand, at) : at, wrappers, depth);
      } else {
        scripts.text(operand).ifPresent(found -> script(found, at, wrappers, depth));
      }
    }

    private void script(String text, Cursor at, List<String> wrappers, int depth) {
      for (List<String> command : ShellScript.commands(text, budget)) {
        if (budget.isOver()) {
          return;
        }
        read(command, at, wrappers, depth + 1);
      }
    }

    private Cursor placeOf(String word, Cursor otherwise) {
      return argv.stream().filter(element -> element.is(word)).findFirst().orElse(otherwise);
    }
  }
}
