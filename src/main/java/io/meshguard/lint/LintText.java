package io.meshguard.lint;

import io.meshguard.rule.Message;
import java.util.List;

/** Sentences of this package, by their keys in its bundle. */
final class LintText {

  private static final String BUNDLE = "io.meshguard.lint.messages";

  private LintText() {}

  /** Returns a sentence. */
  static Message of(String key, Object... arguments) {
    return new Message(BUNDLE, key, List.of(arguments));
  }
}
