package io.meshguard.process;

import io.meshguard.mesh.WorkBudget;
import io.meshguard.process.NginxConfig.Directive;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A block of an nginx configuration with the blocks around it, to tell what a variable holds there.
 *
 * @param name the directive that opens it; empty for a whole file
 * @param directives what stands in it
 * @param around the block around it; null for none
 */
record NginxBlock(String name, List<Directive> directives, @Nullable NginxBlock around) {

  /** Values that refer to values; nobody nests them deeper. */
  private static final int MOST_DEPTH = 4;

  /** Values of one variable, or of those that it is made of, that are looked at. */
  private static final int MOST_VALUES = 64;

  /** Directives with a block that gives a variable one of several values. */
  private static final Set<String> TABLES = Set.of("map", "geo", "split_clients");

  /**
   * Returns the texts that an address may stand for, its variables at the start resolved; empty
   * where one of them is not known.
   *
   * @param budget for looking through the blocks; where it ends, nothing is known
   */
  Optional<Set<String>> resolve(String address, WorkBudget budget) {
    return resolve(address, MOST_DEPTH, budget);
  }

  private Optional<Set<String>> resolve(String address, int depth, WorkBudget budget) {
    if (!address.startsWith("$")) {
      return Optional.of(Set.of(address));
    }
    String variable = variable(address);
    String rest = address.substring(lengthOf(address));
    if (variable.isEmpty() || depth == 0) {
      return Optional.empty();
    }
    if (variable.equals("scheme")) {
      return servesPlainHttp() ? Optional.of(Set.of("http" + rest)) : Optional.empty();
    }
    Optional<Set<String>> values = values(variable, budget);
    if (values.isEmpty()) {
      return Optional.empty();
    }
    Set<String> resolved = new LinkedHashSet<>();
    for (String value : values.get()) {
      Optional<Set<String>> inner = resolve(value, depth - 1, budget);
      if (inner.isEmpty() || resolved.size() > MOST_VALUES) {
        return Optional.empty();
      }
      inner.get().forEach(text -> resolved.add(text + rest));
    }
    return Optional.of(resolved);
  }

  /** Returns the name of the variable at the start of a text, empty where there is none. */
  static String variable(String text) {
    int length = lengthOf(text);
    if (length < 2) {
      return "";
    }
    return text.charAt(1) == '{' ? text.substring(2, length - 1) : text.substring(1, length);
  }

  private static int lengthOf(String text) {
    if (text.startsWith("${")) {
      return text.indexOf('}') + 1;
    }
    int end = 1;
    while (end < text.length() && isNamed(text.charAt(end))) {
      end++;
    }
    return text.startsWith("$") ? end : 0;
  }

  private static boolean isNamed(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Returns what a variable may hold; empty where something else may give it a value. */
  private Optional<Set<String>> values(String variable, WorkBudget budget) {
    Set<String> values = new LinkedHashSet<>();
    for (NginxBlock block = this; block != null; block = block.around) {
      if (!budget.take(1L + block.directives.size())) {
        return Optional.empty();
      }
      Assignments here = new Assignments("$" + variable);
      here.read(block.directives);
      if (here.unknown || !budget.take(here.rows)) {
        return Optional.empty();
      }
      values.addAll(here.values);
      if (values.size() > MOST_VALUES) {
        return Optional.empty();
      }
      if (here.sure) {
        break;
      }
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(values);
  }

  /** Returns whether the server around this block is seen to take plain HTTP only. */
  private boolean servesPlainHttp() {
    for (NginxBlock block = this; block != null; block = block.around) {
      if (block.name.equals("server")) {
        return block.directives.stream()
            .noneMatch(
                directive ->
                    directive.name().equals("ssl")
                        || (directive.name().equals("listen") && directive.args().contains("ssl")));
      }
    }
    return false;
  }

  /** What the directives of one block assign to a variable. */
  private static final class Assignments {
    private final String variable;
    private final Set<String> values = new LinkedHashSet<>();
    private boolean sure;
    private boolean unknown;
    private int rows;

    Assignments(String variable) {
      this.variable = variable;
    }

    void read(List<Directive> directives) {
      for (Directive directive : directives) {
        List<String> args = directive.args();
        String name = directive.name();
        if (name.equals("set") && args.size() == 2 && args.get(0).equals(variable)) {
          values.clear();
          values.add(args.get(1));
          sure = true;
        } else if (name.equals("if")) {
          Assignments inside = new Assignments(variable);
          inside.read(directive.children());
          values.addAll(inside.values);
          unknown |= inside.unknown;
          rows += inside.rows + directive.children().size();
        } else if (TABLES.contains(name) && !args.isEmpty() && isLast(args)) {
          directive.children().forEach(this::addRow);
          rows += directive.children().size();
          sure = true;
        } else if (isComputed(name) && directive.arg().equals(variable)) {
          unknown = true;
        }
      }
    }

    private boolean isLast(List<String> args) {
      return args.get(args.size() - 1).equals(variable);
    }

    /** A row of a table; what the table reads from a file is not seen. */
    private void addRow(Directive row) {
      if (row.name().equals("include") || row.args().size() > 1) {
        unknown = true;
      } else if (row.args().size() == 1 && !row.arg().isEmpty()) {
        values.add(row.arg());
      }
    }

    private static boolean isComputed(String name) {
      return name.startsWith("set_") || name.endsWith("_set") || name.equals("js_var");
    }
  }
}
