package io.meshguard.report;

/** A word as a POSIX shell reads it back. */
public final class ShellWord {

  private static final String HARMLESS = "_-./:=@%+,";

  private ShellWord() {}

  /** Returns the text, in single quotes where the shell would take it for more than a word. */
  public static String of(String text) {
    boolean plain =
        !text.isEmpty()
            && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || HARMLESS.indexOf(c) >= 0);
    return plain ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
