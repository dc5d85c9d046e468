package io.meshguard.files;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files and folders that are not read, even where they are named.
 *
 * @param folder the folder that the patterns count from, absolute and without links
 * @param patterns patterns as in a .gitignore
 */
public record Exclusions(Path folder, List<String> patterns) {

  /** Nothing is excluded. */
  public static final Exclusions NONE = new Exclusions(Path.of("/"), List.of());

  public Exclusions {
    patterns = List.copyOf(patterns);
  }

  /** Returns whether a file or folder, or a folder around it, is excluded. */
  boolean cover(Path path, boolean directory) {
    Path absolute = path.toAbsolutePath().normalize();
    if (patterns.isEmpty() || !absolute.startsWith(folder)) {
      return false;
    }
    boolean folders = true;
    for (Path at = absolute; at != null && !at.equals(folder); at = at.getParent()) {
      if (excluded(at, at.equals(absolute) ? directory : folders)) {
        return true;
      }
    }
    return false;
  }

  private boolean excluded(Path path, boolean directory) {
    String below = folder.relativize(path).toString().replace('\\', '/');
    boolean excluded = false;
    for (String line : patterns) {
      Optional<IgnorePattern> pattern = IgnorePattern.parse(line);
      if (pattern.isPresent() && pattern.get().matches(below, directory)) {
        excluded = !pattern.get().negated();
      }
    }
    return excluded;
  }
}
