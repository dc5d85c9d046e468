package io.meshguard.files;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.io.IOException;

/** A file that could be read or written and is refused all the same. */
final class UnreadableException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient Message reason;

  /** Makes an exception whose reason stands under a key of this package's bundle. */
  UnreadableException(String key) {
    this(FileText.of(key));
  }

  private UnreadableException(Message reason) {
    super(Language.EN.render(reason));
    this.reason = reason;
  }

  /** Returns why. */
  Message reason() {
    return reason;
  }
}
