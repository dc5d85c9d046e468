package io.meshguard.expect;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.Position;
import java.util.List;
import java.util.Optional;

/**
 * Something that is wrong with a file of route tests.
 *
 * @param file the file as the user named it
 * @param position where it stands there
 * @param key what it is about, from the root of the document; may be empty
 * @param message what is wrong
 * @param suggestion what was probably meant
 */
public record Problem(
    String file, Position position, String key, Message message, Optional<String> suggestion) {

  static final String BUNDLE = "io.meshguard.expect.messages";

  static Message say(String key, Object... arguments) {
    return new Message(BUNDLE, key, List.of(arguments));
  }

  /** Returns what is wrong, without the place, as one line. */
  public String text(Language language) {
    String about = key.isEmpty() ? "" : key + ": ";
    String meant = suggestion.map(word -> language.render(say("didYouMean", word))).orElse("");
    return SafeText.escape(about + language.render(message) + meant);
  }

  /** Returns the place and what is wrong there, as one line. */
  public String line(Language language) {
    return "%s:%d:%d: %s"
        .formatted(SafeText.escape(file), position.line(), position.column(), text(language));
  }
}
