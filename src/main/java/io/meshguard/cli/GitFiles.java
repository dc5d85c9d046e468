package io.meshguard.cli;

import io.meshguard.files.FileWalk;
import io.meshguard.files.SourceText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files of a commit, written to a folder of their own as far as they matter for manifests, so
 * that they are found and read by the same rules as those of the working tree.
 */
final class GitFiles implements AutoCloseable {

  private static final Set<String> ALSO = Set.of("Kustomization", ".gitignore", ".meshguardignore");

  private final Path folder;

  private GitFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes the files of a commit that stand below some paths, and what says which of them count.
   *
   * @param paths from the root of the repository
   */
  static GitFiles of(GitRepository repository, String commit, List<Path> paths) {
    try (GitContents contents = repository.contents()) {
      GitFiles files = new GitFiles(Files.createTempDirectory("meshguard-git-").toRealPath());
      try {
        // Where a repository begins, the search for ignore files ends.
        Files.createDirectory(files.folder.resolve(".git"));
        files.write(repository.entries(commit), paths, contents);
        return files;
      } catch (IOException | RuntimeException e) {
        files.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UnusableException("git.unread", commit, SourceText.reason(e));
    }
  }

  /** Returns where a path from the root of the repository stands now. */
  Path at(Path path) {
    return folder.resolve(path).normalize();
  }

  private void write(List<GitEntry> entries, List<Path> paths, GitContents contents)
      throws IOException {
    Set<Path> wanted = new HashSet<>(paths);
    Set<Path> written = new HashSet<>();
    int before = -1;
    // A link may lead to files that nothing else names.
    while (wanted.size() != before) {
      before = wanted.size();
      for (GitEntry entry : entries) {
        if (matters(entry, wanted) && written.add(entry.path())) {
          write(entry, contents, wanted);
        }
      }
    }
  }

  private void write(GitEntry entry, GitContents contents, Set<Path> wanted) throws IOException {
    Path file = at(entry.path());
    Files.createDirectories(file.getParent());
    if (entry.link()) {
      link(entry, file, contents, wanted);
      return;
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      contents.copy(entry.blob(), out);
    }
  }

  /** A link that leads out of the repository leads nowhere. */
  private void link(GitEntry entry, Path file, GitContents contents, Set<Path> wanted)
      throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    contents.copy(entry.blob(), target);
    try {
      Path to = Path.of(target.toString(StandardCharsets.UTF_8));
      Path led = entry.path().resolveSibling(to).normalize();
      if (!to.isAbsolute() && !led.startsWith("..")) {
        Files.createSymbolicLink(file, to);
        wanted.add(led);
      }
    } catch (InvalidPathException e) {
      return;
    }
  }

  /** What stands beside the way to a path may exclude it, or say what it is. */
  private static boolean matters(GitEntry entry, Set<Path> wanted) {
    Path path = entry.path();
    boolean read =
        FileWalk.isManifestName(path) || ALSO.contains(String.valueOf(path.getFileName()));
    if (!read && !entry.link()) {
      return false;
    }
    Path parent = path.getParent();
    for (Path one : wanted) {
      boolean whole = one.toString().isEmpty();
      if (whole || path.startsWith(one) || (read && (parent == null || one.startsWith(parent)))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    try {
      List<Path> all = new ArrayList<>();
      Files.walkFileTree(folder, new Gathering(all));
      for (Path one : all) {
        Files.deleteIfExists(one);
      }
    } catch (IOException e) {
      // A file that stays in the folder for temporary files does no harm.
      return;
    }
  }

  private static final class Gathering extends SimpleFileVisitor<Path> {
    private final List<Path> all;

    Gathering(List<Path> all) {
      this.all = all;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      all.add(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
      all.add(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
