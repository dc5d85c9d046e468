package io.meshguard.policy;

import io.meshguard.yaml.Position;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where a text of several lines stands in the file around it.
 *
 * @param file the file as the user named it
 * @param key where the key of the text stands
 * @param indentation by how many columns its lines are moved; empty where the lines of the file are
 *     not those of the text, as for a quoted or folded scalar
 */
record Block(String file, Position key, OptionalInt indentation) {

  /** Finds out how a text stands in a file, by comparing line with line. */
  static Block of(String file, String fileText, Position key, String text) {
    List<String> outer = fileText.lines().skip(key.line()).toList();
    List<String> inner = text.lines().toList();
    return new Block(file, key, indentation(outer, inner));
  }

  /** Returns the place in the file for a place in the text; that of the key where none is known. */
  Position inFile(Position inside) {
    return indentation.isEmpty()
        ? key
        : new Position(key.line() + inside.line(), inside.column() + indentation.getAsInt());
  }

  private static OptionalInt indentation(List<String> outer, List<String> inner) {
    int moved = -1;
    for (int i = 0; i < inner.size(); i++) {
      if (inner.get(i).isBlank()) {
        continue;
      }
      int by = i < outer.size() ? movedBy(outer.get(i), inner.get(i)) : -1;
      if (by < 0 || (moved >= 0 && by != moved)) {
        return OptionalInt.empty();
      }
      moved = by;
    }
    return moved < 0 ? OptionalInt.empty() : OptionalInt.of(moved);
  }

  /** Returns how many spaces stand before a line; -1 where anything else differs. */
  private static int movedBy(String outer, String inner) {
    int by = outer.length() - inner.length();
    return by > 0 && outer.endsWith(inner) && outer.substring(0, by).isBlank() ? by : -1;
  }
}
