package io.meshguard.files;

import java.util.Locale;

/** Why something that was given is not checked. */
public enum Skipped {
  TEMPLATE,
  KUSTOMIZATION,
  PATCH,
  IGNORED,
  NO_MANIFEST;

  /** Returns the key of the sentence that says how many were skipped. */
  public String key() {
    return "skipped." + word();
  }

  /** Returns the key of the words that say so in a list. */
  public String shortKey() {
    return "skipped.short." + word();
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
