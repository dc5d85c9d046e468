package io.meshguard.cli;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was given cannot be used; the message tells the user why and what to do. */
final class UnusableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Message reason;
  private final @Nullable Language language;

  /** Makes an exception whose message stands under a key of this package's bundle. */
  UnusableException(String key, Object... arguments) {
    this(CliText.of(key, arguments), null);
  }

  private UnusableException(Message reason, @Nullable Language language) {
    super(Language.EN.render(reason));
    this.reason = reason;
    this.language = language;
  }

  /** Returns the same, told in a language whatever the locale says. */
  UnusableException in(Language spoken) {
    return new UnusableException(reason, spoken);
  }

  /** Returns the language to tell it in, where the locale does not decide. */
  Optional<Language> language() {
    return Optional.ofNullable(language);
  }

  /** Returns what the user is told; texts in it are not escaped. */
  Message reason() {
    return reason;
  }
}
