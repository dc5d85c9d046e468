package io.meshguard.cli;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import picocli.CommandLine.TypeConversionException;

/** A value of an option that cannot be understood; the message says what could. */
final class MisuseException extends TypeConversionException {

  private static final long serialVersionUID = 1L;

  private final transient Message reason;

  /** Makes an exception whose message stands under a key of this package's bundle. */
  MisuseException(String key, Object... arguments) {
    this(CliText.of(key, arguments));
  }

  private MisuseException(Message reason) {
    super(Language.EN.render(reason));
    this.reason = reason;
  }

  /** Returns what is wrong with the value; texts in it are not escaped. */
  Message reason() {
    return reason;
  }
}
