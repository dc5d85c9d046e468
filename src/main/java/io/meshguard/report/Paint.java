package io.meshguard.report;

/** Colours for a terminal; none in a pipe. */
public enum Paint {
  PLAIN,
  COLOUR;

  /** Returns the text in bold. */
  public String bold(String text) {
    return in("1", text);
  }

  /** Returns the text in red. */
  public String red(String text) {
    return in("31", text);
  }

  /** Returns the text in yellow. */
  public String yellow(String text) {
    return in("33", text);
  }

  /** Returns the text in green. */
  public String green(String text) {
    return in("32", text);
  }

  /** Returns the text in cyan. */
  public String cyan(String text) {
    return in("36", text);
  }

  /** Returns the text dimmed. */
  public String dim(String text) {
    return in("2", text);
  }

  private String in(String code, String text) {
    return this == PLAIN ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
