package io.meshguard.cli;

import io.meshguard.files.SourceText;
import io.meshguard.files.Sources;
import java.io.IOException;
import java.util.List;

/** The lines of an access log that a command is given. */
final class AccessLogInput {

  /** More are not read by anybody at once. */
  private static final int MOST = 200;

  private AccessLogInput() {}

  /**
   * Returns the lines of a word on a command line, or of standard input where that is {@code -}.
   */
  static List<String> lines(String given, Console console) {
    String text = given;
    if (given.equals(Sources.STDIN)) {
      try {
        text = SourceText.read(console.in());
      } catch (IOException e) {
        throw new UnusableException("of", Sources.STDIN, SourceText.reason(e));
      }
    }
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      throw new UnusableException("trace.log.empty");
    }
    if (lines.size() > MOST) {
      console.tell("trace.log.many", MOST, lines.size());
    }
    return lines.subList(0, Math.min(MOST, lines.size()));
  }
}
