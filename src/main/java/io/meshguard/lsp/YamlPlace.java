package io.meshguard.lsp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.eclipse.lsp4j.Position;

/**
 * Where a cursor stands in a YAML text that somebody is typing, told by indentation alone: such a
 * text is seldom YAML.
 *
 * @param path keys that lead there, from outside; {@link #ITEM} for an item of a list
 * @param value whether the value of the last key is being typed, and not a key
 * @param word what stands between the cursor and the start of the word before it
 */
record YamlPlace(List<String> path, boolean value, String word) {

  /** Stands for an item of a list. */
  static final String ITEM = "[]";

  YamlPlace {
    path = List.copyOf(path);
  }

  /** Returns the place of a cursor. */
  static YamlPlace of(DocumentText text, Position cursor) {
    String line = text.line(cursor.getLine());
    String before = line.substring(0, Math.min(Math.max(0, cursor.getCharacter()), line.length()));
    Deque<String> path = new ArrayDeque<>();
    int at = blanks(before, 0);
    int outside = at;
    boolean item = false;
    while (isDash(before, at)) {
      path.addLast(ITEM);
      outside = item ? outside : at;
      item = true;
      at = blanks(before, at + 1);
    }
    int colon = colon(before, at);
    boolean value = colon >= 0;
    if (value) {
      path.addLast(unquoted(before.substring(at, colon)));
    }
    String rest = before.substring(value ? colon + 1 : at);
    if (rest.stripLeading().startsWith("[")) {
      path.addLast(ITEM);
    }
    above(text, cursor.getLine(), item ? outside : at, item, path);
    return new YamlPlace(List.copyOf(path), value, word(before));
  }

  private static void above(
      DocumentText text, int line, int column, boolean isItem, Deque<String> path) {
    int limit = column;
    boolean item = isItem;
    for (int number = line - 1; number >= 0 && (limit > 0 || item); number--) {
      String above = text.line(number);
      int start = blanks(above, 0);
      if (start >= above.length() || above.charAt(start) == '#') {
        continue;
      }
      if (above.startsWith("---")) {
        return;
      }
      int at = start;
      int dash = -1;
      while (isDash(above, at)) {
        dash = at;
        at = blanks(above, at + 1);
      }
      int colon = colon(above, at);
      boolean around = colon >= 0 && (at < limit || (item && at == limit));
      if (around) {
        path.addFirst(unquoted(above.substring(at, colon)));
        limit = at;
        item = false;
      }
      if (dash >= 0 && dash < limit) {
        path.addFirst(ITEM);
        limit = dash;
        item = true;
      }
    }
  }

  private static int blanks(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  private static boolean isDash(String line, int at) {
    return at < line.length()
        && line.charAt(at) == '-'
        && (at + 1 == line.length() || line.charAt(at + 1) == ' ');
  }

  /** Returns where the colon after a key stands, or -1. */
  private static int colon(String line, int from) {
    for (int at = line.indexOf(':', from); at >= 0; at = line.indexOf(':', at + 1)) {
      if (at + 1 == line.length() || line.charAt(at + 1) == ' ') {
        return at;
      }
    }
    return -1;
  }

  private static String unquoted(String key) {
    String name = key.strip();
    boolean quoted = name.length() > 1 && "\"'".indexOf(name.charAt(0)) >= 0;
    return quoted ? name.substring(1, name.length() - 1) : name;
  }

  private static String word(String before) {
    int start = before.length();
    while (start > 0 && isWord(before.charAt(start - 1))) {
      start--;
    }
    String word = before.substring(start);
    return word.equals("-") ? "" : word;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
  }
}
