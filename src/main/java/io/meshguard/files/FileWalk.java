package io.meshguard.files;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Collects manifest files below a directory. */
public final class FileWalk extends SimpleFileVisitor<Path> {

  private static final int MOST_DEPTH = 256;
  private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

  private final IgnoreRules ignored;
  private final Exclusions exclusions;
  private final Gathering into;
  private final Set<Path> seen = new HashSet<>();

  private FileWalk(IgnoreRules ignored, Exclusions exclusions, Gathering into) {
    this.ignored = ignored;
    this.exclusions = exclusions;
    this.into = into;
  }

  /** Takes what a walk finds. */
  public interface Gathering {
    /** Takes a file. */
    void file(Path file);

    /** Takes notice of a file or folder that is left out. */
    void ignored();

    /** Takes a file or folder that cannot be read. */
    void unreadable(Path file, IOException cause);
  }

  /** Walks a directory and everything below it; a symbolic link is followed, but only once. */
  public static void walk(Path directory, Exclusions exclusions, Gathering into)
      throws IOException {
    IgnoreRules ignored = new IgnoreRules(directory.toAbsolutePath().normalize());
    Files.walkFileTree(
        directory,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        MOST_DEPTH,
        new FileWalk(ignored, exclusions, into));
  }

  /** Returns whether a file may hold manifests, by its name. */
  public static boolean isManifestName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    boolean again = !seen.add(directory.toRealPath());
    if (again || String.valueOf(directory.getFileName()).equals(".git")) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    boolean start = seen.size() == 1;
    if (!start && excluded(directory, true)) {
      into.ignored();
      return FileVisitResult.SKIP_SUBTREE;
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (!isManifestName(file)) {
      return FileVisitResult.CONTINUE;
    }
    if (excluded(file, false)) {
      into.ignored();
    } else {
      into.file(file);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException cause) {
    boolean loop = cause instanceof FileSystemLoopException;
    if (!loop && (isManifestName(file) || Files.isDirectory(file))) {
      into.unreadable(file, cause);
    }
    return FileVisitResult.CONTINUE;
  }

  private boolean excluded(Path path, boolean directory) {
    return ignored.excludes(path.toAbsolutePath().normalize(), directory)
        || exclusions.cover(path, directory);
  }
}
