package io.meshguard.lint;

import java.util.List;
import java.util.Optional;

/**
 * A mark in a file that says that a finding is meant to stay.
 *
 * @param file the file
 * @param line where the mark stands, counted from 1
 * @param rules ids of the rules that it is about
 * @param reason why; empty where nobody said it, and then the mark does not count
 * @param first first line that it covers
 * @param last last line that it covers
 * @param object key of the object, where it stands in its annotations and covers all of it
 */
record Ignore(
    String file,
    int line,
    List<String> rules,
    String reason,
    int first,
    int last,
    Optional<String> object) {

  Ignore {
    rules = List.copyOf(rules);
  }

  /** Returns {@code file:line}. */
  String place() {
    return file + ":" + line;
  }
}
