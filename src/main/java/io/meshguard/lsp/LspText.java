package io.meshguard.lsp;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.util.List;

/** Sentences of this package, by their keys in its bundle. */
final class LspText {

  private static final String BUNDLE = "io.meshguard.lsp.messages";

  private LspText() {}

  /** Returns a sentence. */
  static String say(Language language, String key, Object... arguments) {
    return language.render(new Message(BUNDLE, key, List.of(arguments)));
  }
}
