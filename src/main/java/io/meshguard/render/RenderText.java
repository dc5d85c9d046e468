package io.meshguard.render;

import io.meshguard.rule.Message;
import java.util.List;

/** Sentences of this package, by their keys in its bundle. */
final class RenderText {

  private static final String BUNDLE = "io.meshguard.render.messages";

  private RenderText() {}

  /** Returns a sentence. */
  static Message of(String key, Object... arguments) {
    return new Message(BUNDLE, key, List.of(arguments));
  }
}
