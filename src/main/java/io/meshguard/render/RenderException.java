package io.meshguard.render;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;

/** Something cannot be rendered; the message says why and what to do. */
final class RenderException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Message reason;

  RenderException(Message reason) {
    super(Language.EN.render(reason));
    this.reason = reason;
  }

  /** Returns why. */
  Message reason() {
    return reason;
  }
}
