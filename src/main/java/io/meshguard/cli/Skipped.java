package io.meshguard.cli;

import java.util.Locale;

/** Why something that was given is not checked. */
enum Skipped {
  TEMPLATE,
  KUSTOMIZATION,
  PATCH,
  IGNORED,
  NO_MANIFEST;

  /** Returns the key of the sentence that says how many were skipped. */
  String key() {
    return "skipped." + name().toLowerCase(Locale.ROOT);
  }
}
