package io.meshguard.match;

import java.util.Arrays;

/** Walks one text, or all that begin with it. A state is the number of characters read. */
final class TextRunner implements Runner {
  /** Every text. */
  static final Runner ANY = new TextRunner("", true, false);

  private final int[] text;
  private final boolean prefix;
  private final boolean ignoreCase;
  private final int[] letters;

  TextRunner(String text, boolean prefix, boolean ignoreCase) {
    this.text = text.codePoints().map(c -> ignoreCase ? lower(c) : c).toArray();
    this.prefix = prefix;
    this.ignoreCase = ignoreCase;
    this.letters = Arrays.stream(this.text).distinct().sorted().toArray();
  }

  /** Lowers ASCII letters only, as Envoy does. */
  static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  static boolean startsWithFolded(String value, String start) {
    for (int i = 0; i < start.length(); i++) {
      if (lower(value.charAt(i)) != lower(start.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the text with every ASCII letter in the other case. */
  static String swapCase(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = lower(c) >= 'a' && lower(c) <= 'z';
      out.setCharAt(i, letter ? (char) (c ^ 32) : c);
    }
    return out.toString();
  }

  @Override
  public int start() {
    return 0;
  }

  @Override
  public int step(int state, int codePoint) {
    if (state == FAIL) {
      return FAIL;
    }
    if (state == text.length) {
      return prefix ? state : FAIL;
    }
    return text[state] == (ignoreCase ? lower(codePoint) : codePoint) ? state + 1 : FAIL;
  }

  @Override
  public boolean accepts(int state) {
    return state == text.length;
  }

  @Override
  public boolean acceptsAll(int state) {
    return prefix && state == text.length;
  }

  @Override
  public int[] boundaries() {
    int count = letters.length;
    int[] out = new int[ignoreCase ? 4 * count : 2 * count];
    for (int i = 0; i < count; i++) {
      out[2 * i] = letters[i];
      out[2 * i + 1] = letters[i] + 1;
      if (ignoreCase) {
        int other = letters[i] >= 'a' && letters[i] <= 'z' ? letters[i] - 32 : letters[i];
        out[2 * count + 2 * i] = other;
        out[2 * count + 2 * i + 1] = other + 1;
      }
    }
    return out;
  }

  @Override
  public int classOf(int codePoint) {
    int letter = ignoreCase ? lower(codePoint) : codePoint;
    return Arrays.binarySearch(letters, letter) < 0 ? -1 : letter;
  }
}
