package io.meshguard.rule;

import java.util.Locale;

/** What a fix may change besides the finding. */
public enum Safety {
  /** Cannot change what correct traffic does, or is what the FAQ prescribes and reversible. */
  SAFE,
  /** Changes live behaviour; applied only where somebody asked for it. */
  UNSAFE,
  /** Advice in words; nothing is applied. */
  MANUAL;

  /** Returns the word that stands for it in JSON output and in the catalogue. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
