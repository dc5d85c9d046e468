package io.meshguard.traceview;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import java.util.Arrays;

/** Sentences of this package's bundle in one language; texts from users in them are made safe. */
final class Say {

  private static final String BUNDLE = "io.meshguard.traceview.messages";

  private final Language language;

  Say(Language language) {
    this.language = language;
  }

  String say(String key, Object... arguments) {
    return language.render(
        new Message(
            BUNDLE,
            key,
            Arrays.stream(arguments)
                .map(
                    one ->
                        one instanceof String text
                            ? (Object) Message.verbatim(SafeText.escape(text))
                            : one)
                .toList()));
  }
}
