package io.meshguard.files;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Finds the files and folders that a path with wildcards stands for. */
public final class PathGlob {

  private static final int MOST_DEPTH = 64;

  private PathGlob() {}

  /**
   * Returns what a path stands for, sorted; the path itself where it has no wildcard.
   *
   * @param folder where a relative path begins
   * @param path a path in which {@code *}, {@code **}, {@code ?} and {@code [a-z]} may stand
   * @throws IOException if the folder cannot be read
   */
  public static List<Path> expand(Path folder, String path) throws IOException {
    Path fixed = folder;
    List<String> steps = List.of(path.split("/"));
    int at = 0;
    while (at < steps.size() && !isWild(steps.get(at))) {
      fixed = fixed.resolve(steps.get(at));
      at++;
    }
    if (at == steps.size()) {
      return List.of(fixed);
    }
    String rest = String.join("/", steps.subList(at, steps.size()));
    IgnorePattern pattern = new IgnorePattern(rest, false, false, true);
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(fixed)) {
      Files.walkFileTree(
          fixed,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          MOST_DEPTH,
          new Matching(fixed, pattern, found));
    }
    found.sort(null);
    return found;
  }

  private static boolean isWild(String step) {
    return step.contains("*") || step.contains("?") || step.contains("[");
  }

  private static final class Matching extends SimpleFileVisitor<Path> {
    private final Path start;
    private final IgnorePattern pattern;
    private final List<Path> found;

    Matching(Path start, IgnorePattern pattern, List<Path> found) {
      this.start = start;
      this.pattern = pattern;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      if (directory.equals(start)) {
        return FileVisitResult.CONTINUE;
      }
      if (String.valueOf(directory.getFileName()).equals(".git")) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      return matches(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      matches(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException cause) {
      return FileVisitResult.CONTINUE;
    }

    private boolean matches(Path path) {
      boolean matches =
          pattern.matches(start.relativize(path).toString().replace('\\', '/'), false);
      if (matches) {
        found.add(path);
      }
      return matches;
    }
  }
}
