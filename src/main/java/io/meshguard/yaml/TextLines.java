package io.meshguard.yaml;

import java.util.Arrays;

/**
 * The lines of a text, as {@link Position}s count them: each ends with a line feed, a carriage
 * return, or both.
 */
public final class TextLines {

  private static final int FIRST_ROOM = 16;

  private final String text;
  private final int[] starts;

  /** Finds the lines of a text. */
  public TextLines(String text) {
    this.text = text;
    int[] found = new int[FIRST_ROOM];
    int count = 1;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      boolean broken =
          c == '\n' || (c == '\r' && (at + 1 == text.length() || text.charAt(at + 1) != '\n'));
      if (broken) {
        found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
        found[count++] = at + 1;
      }
    }
    this.starts = Arrays.copyOf(found, count);
  }

  /** Returns how many there are; what follows the last line break is one, even if it is empty. */
  public int count() {
    return starts.length;
  }

  /** Returns the offset in chars at which a line begins, counted from 1. */
  public int start(int line) {
    return starts[line - 1];
  }

  /** Returns the offset in chars at which a line ends, before its line break. */
  public int end(int line) {
    int end = line < starts.length ? starts[line] : text.length();
    while (end > start(line) && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return end;
  }

  /** Returns the place of an offset in chars. */
  public Position position(int offset) {
    int found = Arrays.binarySearch(starts, offset);
    int index = found >= 0 ? found : -found - 2;
    return new Position(index + 1, text.codePointCount(starts[index], offset) + 1);
  }
}
