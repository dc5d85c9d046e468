package io.meshguard.process;

import io.meshguard.mesh.WorkBudget;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Splits the text of a POSIX shell script into its simple commands: quotes are resolved, comments
 * and here-documents left out, the commands inside {@code $(…)} and backquotes taken as commands of
 * their own. Variables are not expanded and stay in the words as they are written.
 */
final class ShellScript {

  /** Substitutions inside substitutions after which the rest is left out. */
  private static final int MOST_DEPTH = 8;

  /** What a word takes of memory is much more than its letters. */
  private static final int STEPS_PER_WORD = 16;

  private final String text;
  private final int depth;
  private final WorkBudget budget;

  /** Ends of here-documents that stand nowhere behind the place where they were looked for. */
  private final Set<String> missing = new HashSet<>();

  private final List<List<String>> commands = new ArrayList<>();
  private List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int at;

  private ShellScript(String text, int depth, WorkBudget budget) {
    this.text = text;
    this.depth = depth;
    this.budget = budget;
  }

  /**
   * Returns the commands of a script, each as its words; redirections are left out. Where the
   * budget ends, the rest is left out too.
   */
  static List<List<String>> commands(String text, WorkBudget budget) {
    return new ShellScript(text, 0, budget).read();
  }

  private List<List<String>> read() {
    boolean allowed = budget.take(text.length());
    while (allowed && at < text.length() && !budget.isOver()) {
      char c = text.charAt(at);
      switch (c) {
        case ' ', '\t', '\r' -> {
          endWord();
          at++;
        }
        case '\n', ';', '&', '|', '(', ')' -> {
          endCommand();
          at++;
        }
        case '<', '>' -> redirection();
        case '#' -> {
          if (inWord) {
            take(c);
          } else {
            skipLine();
          }
        }
        case '\'' -> singleQuoted();
        case '"' -> doubleQuoted();
        case '\\' -> escaped();
        case '`' -> backquoted();
        case '$' -> dollar();
        default -> take(c);
      }
    }
    endCommand();
    return commands;
  }

  private void take(char c) {
    word.append(c);
    inWord = true;
    at++;
  }

  private void endWord() {
    if (inWord) {
      budget.take(STEPS_PER_WORD);
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }

  private void endCommand() {
    endWord();
    if (!words.isEmpty()) {
      commands.add(words);
      words = new ArrayList<>();
    }
  }

  private void skipLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private void escaped() {
    if (at + 1 < text.length() && text.charAt(at + 1) == '\n') {
      at += 2;
      return;
    }
    at++;
    if (at < text.length()) {
      take(text.charAt(at));
    }
  }

  private void singleQuoted() {
    int end = text.indexOf('\'', at + 1);
    int stop = end < 0 ? text.length() : end;
    word.append(text, at + 1, stop);
    inWord = true;
    at = Math.min(text.length(), stop + 1);
  }

  private void doubleQuoted() {
    inWord = true;
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length()) {
        word.append(text.charAt(at + 1));
        at += 2;
      } else if (c == '$') {
        dollar();
      } else if (c == '`') {
        backquoted();
      } else {
        word.append(c);
        at++;
      }
    }
    at++;
  }

  private void backquoted() {
    int end = text.indexOf('`', at + 1);
    int stop = end < 0 ? text.length() : end;
    substitute(text.substring(at + 1, stop));
    at = Math.min(text.length(), stop + 1);
  }

  private void dollar() {
    if (!text.startsWith("$(", at)) {
      take('$');
      return;
    }
    int open = 1;
    int end = at + 2;
    while (end < text.length() && open > 0) {
      char c = text.charAt(end);
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
      end++;
    }
    substitute(text.substring(at + 2, open == 0 ? end - 1 : end));
    at = end;
  }

  /** The word keeps a sign that something was put in here, which the text does not show. */
  private void substitute(String inner) {
    word.append("$()");
    inWord = true;
    if (depth < MOST_DEPTH) {
      commands.addAll(new ShellScript(inner, depth + 1, budget).read());
    }
  }

  private void redirection() {
    boolean hereDocument = text.startsWith("<<", at) && !text.startsWith("<<<", at);
    if (inWord && word.chars().allMatch(c -> c >= '0' && c <= '9')) {
      word.setLength(0);
      inWord = false;
    }
    endWord();
    skipWhile("<>&|-");
    skipWhile(" \t");
    int start = at;
    while (at < text.length() && " \t\r\n;&|()<>".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (hereDocument) {
      skipHereDocument(text.substring(start, at).replace("'", "").replace("\"", ""));
    }
  }

  private void skipWhile(String characters) {
    while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /**
   * Goes on behind the line that ends the document; what follows its beginning is lost. Without
   * such a line its text counts as script.
   */
  private void skipHereDocument(String delimiter) {
    if (missing.contains(delimiter)) {
      return;
    }
    int line = text.indexOf('\n', at);
    while (line >= 0) {
      int next = text.indexOf('\n', line + 1);
      int end = next < 0 ? text.length() : next;
      if (!budget.take(end - line)) {
        return;
      }
      if (isAlone(delimiter, line + 1, end)) {
        at = end;
        return;
      }
      line = next;
    }
    missing.add(delimiter);
  }

  /** Returns whether a word stands on a line with nothing but blanks around it. */
  private boolean isAlone(String word, int start, int end) {
    int from = start;
    int to = end;
    while (from < to && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    return to - from == word.length() && text.startsWith(word, from);
  }
}
