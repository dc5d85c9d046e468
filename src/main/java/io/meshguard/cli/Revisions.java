package io.meshguard.cli;

import io.meshguard.files.Sources;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Two revisions as git writes them.
 *
 * @param before the first
 * @param after the second; empty for the files as they are
 * @param fork whether the first stands for the commit where the two went apart
 */
record Revisions(String before, Optional<String> after, boolean fork) {

  private static final String HEAD = "HEAD";

  /** Reads {@code A..B}, {@code A...B} or {@code A}. A side that is left out is HEAD. */
  static Revisions of(String text) {
    int at = text.indexOf("..");
    if (at < 0) {
      return new Revisions(text, Optional.empty(), false);
    }
    boolean fork = text.startsWith("...", at);
    String left = text.substring(0, at);
    String right = text.substring(at + (fork ? 3 : 2));
    return new Revisions(
        left.isEmpty() ? HEAD : left, Optional.of(right.isEmpty() ? HEAD : right), fork);
  }

  /** Returns whether a word on a command line stands for a file or folder. */
  static boolean isPath(String word) {
    if (word.equals(Sources.STDIN)) {
      return true;
    }
    boolean looks = word.startsWith("/") || word.startsWith("./") || word.startsWith("../");
    try {
      return looks || word.equals("..") || Files.exists(Path.of(word));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
