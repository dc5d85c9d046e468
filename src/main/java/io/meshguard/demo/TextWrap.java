package io.meshguard.demo;

import java.text.BreakIterator;
import java.util.Locale;

/** Breaks paragraphs into lines for a terminal. */
final class TextWrap {

  private static final int FIRST_WIDE = 0x2E80;

  private TextWrap() {}

  /**
   * Returns the text with line breaks, so that no line is wider than so many columns, except where
   * a single word is. A Chinese character takes two columns, and a line may end after most of them;
   * a word with hyphens is kept together.
   */
  static String wrap(String text, int width) {
    BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
    breaks.setText(text);
    StringBuilder lines = new StringBuilder();
    int column = 0;
    int start = 0;
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      if (end < text.length() && !mayEndLine(text.codePointBefore(end))) {
        continue;
      }
      String word = text.substring(start, end);
      if (column > 0 && column + columns(word.stripTrailing()) > width) {
        lines.setLength(lines.length() - trailingBlanks(lines));
        lines.append('\n');
        column = 0;
      }
      lines.append(word);
      column += columns(word);
      start = end;
    }
    return lines.toString();
  }

  private static boolean mayEndLine(int c) {
    return c == ' ' || c >= FIRST_WIDE;
  }

  private static int trailingBlanks(StringBuilder lines) {
    int blanks = 0;
    while (blanks < lines.length() && lines.charAt(lines.length() - 1 - blanks) == ' ') {
      blanks++;
    }
    return blanks;
  }

  private static int columns(String text) {
    return text.codePoints().map(c -> c >= FIRST_WIDE ? 2 : 1).sum();
  }
}
