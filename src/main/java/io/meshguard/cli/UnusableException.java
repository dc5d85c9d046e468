package io.meshguard.cli;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;

/** What was given cannot be used; the message tells the user why and what to do. */
final class UnusableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Message reason;

  /** Makes an exception whose message stands under a key of this package's bundle. */
  UnusableException(String key, Object... arguments) {
    this(CliText.of(key, arguments));
  }

  private UnusableException(Message reason) {
    super(Language.EN.render(reason));
    this.reason = reason;
  }

  /** Returns what the user is told; texts in it are not escaped. */
  Message reason() {
    return reason;
  }
}
