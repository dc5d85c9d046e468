package io.meshguard.files;

import io.meshguard.rule.Message;
import java.util.Arrays;
import java.util.List;

/** Sentences about files, by their keys in this package's bundle. */
final class FileText {

  private static final String BUNDLE = "io.meshguard.files.messages";

  private FileText() {}

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
