package io.meshguard.files;

import io.meshguard.yaml.Position;
import java.util.Optional;

/** Finds where reading a text of several documents can go on after one that is broken. */
final class DocumentBreak {

  private static final String MARKER = "---";

  private DocumentBreak() {}

  /**
   * Returns the text with everything before the next document blanked out, so that lines keep their
   * numbers; empty where there is no next document.
   *
   * @param broken where the text could not be read any further
   */
  static Optional<String> after(String text, Position broken) {
    int begin = 0;
    while (begin < text.length() && text.charAt(begin) == '\n') {
      begin++;
    }
    int line = 1;
    for (int at = 0; at >= 0; at = next(text, at)) {
      // the document that was just tried begins at the first line that is not blank
      if (line >= broken.line() && at > begin && text.startsWith(MARKER, at)) {
        return Optional.of("\n".repeat(line - 1) + text.substring(at));
      }
      line++;
    }
    return Optional.empty();
  }

  private static int next(String text, int at) {
    int end = text.indexOf('\n', at);
    return end < 0 ? -1 : end + 1;
  }
}
