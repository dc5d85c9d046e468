package io.meshguard.match;

/** The text of a pattern and how far it is read. */
final class PatternReader {
  private final int[] codePoints;
  private int position;

  PatternReader(String pattern) {
    codePoints = pattern.codePoints().toArray();
  }

  boolean atEnd() {
    return position == codePoints.length;
  }

  /** Returns the next character without reading it, or -1 at the end. */
  int peek() {
    return peek(0);
  }

  /** Returns the character so many places ahead without reading it, or -1 beyond the end. */
  int peek(int ahead) {
    return position + ahead < codePoints.length ? codePoints[position + ahead] : -1;
  }

  int next() {
    if (atEnd()) {
      throw new RegexParser.NotUnderstood();
    }
    return codePoints[position++];
  }

  boolean accept(int codePoint) {
    if (peek() != codePoint) {
      return false;
    }
    position++;
    return true;
  }

  boolean accept(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (peek(i) != text.charAt(i)) {
        return false;
      }
    }
    position += text.length();
    return true;
  }

  /** Reads up to the given character, which is read too but not returned. */
  String until(int stop) {
    StringBuilder text = new StringBuilder();
    for (int c = next(); c != stop; c = next()) {
      text.appendCodePoint(c);
    }
    return text.toString();
  }

  int position() {
    return position;
  }

  void reset(int earlier) {
    position = earlier;
  }
}
