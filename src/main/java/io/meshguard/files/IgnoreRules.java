package io.meshguard.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the ignore files of a directory tree exclude, those above it up to the repository's root.
 */
final class IgnoreRules {

  private static final List<String> NAMES = List.of(".gitignore", ".meshguardignore");

  private final Map<Path, List<IgnorePattern>> byDirectory = new HashMap<>();
  private final @Nullable Path top;

  /** Makes the rules for a walk that starts at an absolute directory. */
  IgnoreRules(Path start) {
    this.top = repository(start).orElse(start);
  }

  /** Returns whether a file or directory, given by its absolute path, is excluded. */
  boolean excludes(Path path, boolean directory) {
    boolean excluded = false;
    List<Path> above = new ArrayList<>();
    for (Path at = path.getParent(); at != null; at = at.getParent()) {
      above.add(0, at);
      if (at.equals(top)) {
        break;
      }
    }
    for (Path base : above) {
      String below = base.relativize(path).toString().replace('\\', '/');
      for (IgnorePattern pattern : byDirectory.computeIfAbsent(base, IgnoreRules::read)) {
        if (pattern.matches(below, directory)) {
          excluded = !pattern.negated();
        }
      }
    }
    return excluded;
  }

  private static Optional<Path> repository(Path start) {
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(".git"))) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private static List<IgnorePattern> read(Path directory) {
    List<IgnorePattern> patterns = new ArrayList<>();
    for (String name : NAMES) {
      Path file = directory.resolve(name);
      if (Files.isRegularFile(file)) {
        lines(file).forEach(line -> IgnorePattern.parse(line).ifPresent(patterns::add));
      }
    }
    return patterns;
  }

  /** An ignore file that cannot be read excludes nothing: more is checked, not less. */
  private static List<String> lines(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
