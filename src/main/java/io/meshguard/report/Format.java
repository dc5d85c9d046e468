package io.meshguard.report;

import io.meshguard.rule.Language;

/** A way to write an outcome down. */
public interface Format {

  /** Returns the outcome as text that ends with a line break. */
  String write(CheckReport outcome, Language language);
}
