package io.meshguard.cli;

import io.meshguard.rule.Message;
import java.util.Arrays;
import java.util.List;

/** Sentences of the command line, by their keys in this package's bundle. */
final class CliText {

  private static final String BUNDLE = "io.meshguard.cli.messages";

  private CliText() {}

  /**
   * Returns a sentence; texts in it are shown whole, so whoever prints it escapes them, and
   * messages in it are put into the same language.
   */
  static Message of(String key, Object... arguments) {
    List<Object> shown =
        Arrays.stream(arguments)
            .map(argument -> argument instanceof String text ? Message.verbatim(text) : argument)
            .toList();
    return new Message(BUNDLE, key, shown);
  }
}
