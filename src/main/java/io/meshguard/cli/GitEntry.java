package io.meshguard.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file or symbolic link of a commit.
 *
 * @param path its path from the root of the repository
 * @param blob name of its content
 * @param link whether it is a symbolic link, whose content is the target
 */
record GitEntry(Path path, String blob, boolean link) {

  private static final String FILE = "100";
  private static final String LINK = "120";

  /** Reads a line of {@code git ls-tree -z}; other repositories inside are passed over. */
  static Optional<GitEntry> parse(String line) {
    int tab = line.indexOf('\t');
    String[] words = tab < 0 ? new String[0] : line.substring(0, tab).split(" ");
    boolean known = words.length == 3 && (line.startsWith(FILE) || line.startsWith(LINK));
    if (!known) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(line.substring(tab + 1)).normalize();
      boolean inside = !path.isAbsolute() && !path.startsWith("..");
      return inside
          ? Optional.of(new GitEntry(path, words[2], line.startsWith(LINK)))
          : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
