package io.meshguard.process;

import io.meshguard.mesh.WorkBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads an nginx configuration into its directives and blocks, the way nginx itself takes the text
 * apart: words, quotes, comments, {@code ;} and braces. Blocks of Lua code are passed over.
 */
final class NginxConfig {

  private static final String LUA_BLOCK = "_by_lua_block";

  /** Blocks inside blocks after which a text is none that nginx would be given. */
  private static final int MOST_DEPTH = 64;

  /** What a word takes of memory is much more than its letters. */
  private static final int STEPS_PER_WORD = 16;

  private final String text;
  private final WorkBudget budget;
  private int at;
  private boolean broken;

  private NginxConfig(String text, WorkBudget budget) {
    this.text = text;
    this.budget = budget;
    this.broken = !budget.take(text.length());
  }

  /**
   * A directive.
   *
   * @param name its first word
   * @param args its other words
   * @param children what stands in its block; empty where it has none
   */
  record Directive(String name, List<String> args, List<Directive> children) {

    Directive {
      args = List.copyOf(args);
      children = List.copyOf(children);
    }

    /** Returns the first argument, empty where there is none. */
    String arg() {
      return args.isEmpty() ? "" : args.get(0);
    }
  }

  /**
   * Returns the directives of a text; empty where it is no nginx configuration, and where the
   * budget ends.
   */
  static Optional<List<Directive>> read(String text, WorkBudget budget) {
    NginxConfig reader = new NginxConfig(text, budget);
    List<Directive> directives = reader.block(0);
    return reader.broken || reader.at < text.length() ? Optional.empty() : Optional.of(directives);
  }

  /** Reads up to the closing brace of a block, or to the end at the top. */
  private List<Directive> block(int depth) {
    List<Directive> directives = new ArrayList<>();
    List<String> words = new ArrayList<>();
    while (!broken) {
      skipSpace();
      if (at >= text.length()) {
        broken |= depth > 0 || !words.isEmpty();
        return directives;
      }
      switch (text.charAt(at)) {
        case ';' -> {
          at++;
          add(words, List.of(), directives);
        }
        case '{' -> {
          at++;
          add(words, body(words, depth), directives);
        }
        case '}' -> {
          broken |= depth == 0 || !words.isEmpty();
          at++;
          return directives;
        }
        default -> {
          broken |= !budget.take(STEPS_PER_WORD);
          words.add(word());
        }
      }
    }
    return directives;
  }

  private List<Directive> body(List<String> words, int depth) {
    if (!words.isEmpty() && words.get(0).endsWith(LUA_BLOCK)) {
      skipCode();
      return List.of();
    }
    if (depth >= MOST_DEPTH) {
      broken = true;
      return List.of();
    }
    return block(depth + 1);
  }

  private void add(List<String> words, List<Directive> children, List<Directive> directives) {
    broken |= words.isEmpty() || !budget.take(STEPS_PER_WORD);
    if (broken) {
      return;
    }
    directives.add(new Directive(words.get(0), words.subList(1, words.size()), children));
    words.clear();
  }

  private void skipSpace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        at++;
      } else {
        return;
      }
    }
  }

  private String word() {
    char quote = text.charAt(at);
    if (quote == '"' || quote == '\'') {
      return quoted(quote);
    }
    StringBuilder word = new StringBuilder();
    while (at < text.length() && " \t\r\n;{}".indexOf(text.charAt(at)) < 0) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length()) {
        word.append(c).append(text.charAt(at + 1));
        at += 2;
      } else if (text.startsWith("${", at)) {
        variable(word);
      } else {
        word.append(c);
        at++;
      }
    }
    return word.toString();
  }

  /** The brace of a variable is part of the word. */
  private void variable(StringBuilder word) {
    int end = text.indexOf('}', at);
    int stop = end < 0 ? text.length() : end + 1;
    word.append(text, at, stop);
    at = stop;
  }

  private String quoted(char quote) {
    StringBuilder word = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      word.append(text.charAt(at));
      at++;
    }
    broken |= at >= text.length();
    at++;
    return word.toString();
  }

  private void skipCode() {
    int open = 1;
    while (at < text.length() && open > 0) {
      char c = text.charAt(at);
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      at++;
    }
    broken |= open > 0;
  }
}
