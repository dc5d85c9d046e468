package io.meshguard.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/**
 * Names files from the root of the Git repository that they stand in, as services want it that show
 * findings beside lines. Outside of a repository a file keeps the name that it was given by.
 */
final class RepositoryPaths implements UnaryOperator<String> {

  private final Map<Path, Optional<Path>> roots = new HashMap<>();

  @Override
  public String apply(String file) {
    Path given = Path.of(file).normalize();
    Path whole = given.toAbsolutePath().normalize();
    Path folder = whole.getParent();
    Optional<Path> root = folder == null ? Optional.empty() : root(folder);
    StringJoiner name = new StringJoiner("/", root.isEmpty() && given.isAbsolute() ? "/" : "", "");
    root.map(top -> top.relativize(whole)).orElse(given).forEach(part -> name.add(part.toString()));
    return name.toString();
  }

  private Optional<Path> root(Path folder) {
    Optional<Path> known = roots.get(folder);
    if (known == null) {
      Path above = folder.getParent();
      known =
          Files.exists(folder.resolve(".git"))
              ? Optional.of(folder)
              : above == null ? Optional.empty() : root(above);
      roots.put(folder, known);
    }
    return known;
  }
}
