package io.meshguard.match;

/** An order of characters by how well they read in an example. */
final class Readability {
  private static final String MARKS = "-_./~";

  private Readability() {}

  /** Returns the most readable character between two, inclusive. */
  static int best(int low, int high) {
    int best = low;
    for (int c = low; c <= Math.min(high, 0x7F); c++) {
      if (rank(c) < rank(best)) {
        best = c;
      }
    }
    int letter = Math.max(low, 0xA1);
    return letter <= high && rank(letter) < rank(best) ? letter : best;
  }

  /** Returns a number that is smaller the better the character reads; no two are equal. */
  static int rank(int c) {
    if (c >= 'a' && c <= 'z') {
      return c - 'a';
    }
    if (c >= '0' && c <= '9') {
      return 100 + c;
    }
    if (c >= 'A' && c <= 'Z') {
      return 200 + c;
    }
    int mark = MARKS.indexOf(c);
    if (mark >= 0) {
      return 400 + mark;
    }
    if (c > ' ' && c < 0x7F) {
      return 500 + c;
    }
    if (c == ' ') {
      return 900;
    }
    return c >= 0xA1 ? 1000 + c : 2_000_000 + c;
  }
}
