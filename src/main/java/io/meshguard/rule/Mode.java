package io.meshguard.rule;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What happens when a rule finds something. */
public enum Mode {
  /** The rule is not run. */
  OFF,
  /** The finding is shown. */
  WARN,
  /** The request is refused. */
  DENY,
  /** The object is patched; what cannot be patched is shown. */
  FIX;

  /** Returns the mode that a word in a policy names. */
  public static Optional<Mode> parse(String word) {
    return Arrays.stream(values()).filter(mode -> mode.text().equals(word)).findFirst();
  }

  /** Returns the word that names the mode in a policy and in JSON output. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
