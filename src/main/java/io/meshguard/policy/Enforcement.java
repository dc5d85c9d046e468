package io.meshguard.policy;

import io.meshguard.rule.Mode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The cap on the modes of all rules, overrides included. */
public enum Enforcement {
  /** Every mode counts as it is. */
  ENFORCE,
  /** Nothing is refused and nothing is patched, only warned of. */
  WARN,
  /** No rule says anything. */
  OFF;

  static final Map<String, Enforcement> WORDS = words();

  /** Returns the word that stands for it in a policy. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns what is left of a mode. */
  Mode cap(Mode mode) {
    return switch (this) {
      case ENFORCE -> mode;
      case WARN -> mode == Mode.OFF ? Mode.OFF : Mode.WARN;
      case OFF -> Mode.OFF;
    };
  }

  private static Map<String, Enforcement> words() {
    Map<String, Enforcement> words = new LinkedHashMap<>();
    for (Enforcement enforcement : values()) {
      words.put(enforcement.text(), enforcement);
    }
    return words;
  }
}
