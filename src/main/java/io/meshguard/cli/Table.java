package io.meshguard.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of words in columns that are as wide as they must be. */
final class Table {

  /** Radicals of Chinese characters begin here; punctuation and characters follow. */
  private static final int FIRST_WIDE = 0x2E80;

  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> head) {
    rows.add(head);
  }

  void row(List<String> cells) {
    rows.add(cells);
  }

  /** Returns the lines of the table, the heading first. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(width(i) - width(row.get(i)) + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** Chinese characters are as wide as two others on a terminal. */
  private static int width(String cell) {
    return cell.codePoints().map(c -> c >= FIRST_WIDE ? 2 : 1).sum();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
  }
}
