package io.meshguard.rule;

/**
 * Text from users, made fit for a warning, a log line or a terminal. The API server drops a warning
 * that holds a control character.
 */
public final class SafeText {

  /** Unicode code points after which text from users is cut. */
  public static final int LIMIT = 60;

  private SafeText() {}

  /** Returns the text with control characters escaped, cut to {@link #LIMIT} code points. */
  public static String cut(String text) {
    if (text.codePointCount(0, text.length()) <= LIMIT) {
      return escape(text);
    }
    return escape(text.substring(0, text.offsetByCodePoints(0, LIMIT - 1))) + "…";
  }

  /**
   * Returns the text with every control character, format character, line separator and unpaired
   * surrogate written as {@code \}{@code uXXXX}.
   */
  public static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isHarmless(c)) {
                safe.appendCodePoint(c);
              } else {
                for (char unit : Character.toChars(c)) {
                  safe.append(String.format("\\u%04X", (int) unit));
                }
              }
            });
    return safe.toString();
  }

  private static boolean isHarmless(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
