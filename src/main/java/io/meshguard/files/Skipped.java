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
    return "skipped." + name().toLowerCase(Locale.ROOT);
  }
}
