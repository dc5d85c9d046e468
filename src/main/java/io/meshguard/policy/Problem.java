package io.meshguard.policy;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.util.List;
import java.util.Optional;

/**
 * Something that is wrong with a policy, or that somebody should know of it.
 *
 * @param place where it stands
 * @param key what it is about, from the root: {@code rules.unreachable-route}; may be empty
 * @param message what is wrong
 * @param suggestion what was probably meant
 */
public record Problem(
    SourceLocation place, String key, Message message, Optional<String> suggestion) {

  static final String BUNDLE = "io.meshguard.policy.messages";

  /** Returns what is wrong, without the place, as one line. */
  public String text(Language language) {
    String about = key.isEmpty() ? "" : key + ": ";
    String meant =
        suggestion
            .map(word -> language.render(new Message(BUNDLE, "didYouMean", List.of(word))))
            .orElse("");
    return about + language.render(message) + meant;
  }

  /** Returns the place and what is wrong there, as one line. */
  public String line(Language language) {
    return place + ": " + text(language);
  }

  @Override
  public String toString() {
    return line(Language.EN);
  }
}
