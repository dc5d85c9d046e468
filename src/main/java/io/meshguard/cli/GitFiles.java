package io.meshguard.cli;

import io.meshguard.files.FileWalk;
import io.meshguard.files.SourceText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files of a commit, written to a folder of their own as far as they matter for manifests, so
 * that they are found and read by the same rules as those of the working tree.
 */
final class GitFiles implements AutoCloseable {

  private static final Set<String> ALSO = Set.of("Kustomization", ".gitignore", ".meshguardignore");

  private final GitRepository repository;
  private final Path folder;
  private final Map<Path, String> written = new HashMap<>();
  private final Map<Path, Path> links = new HashMap<>();

  private GitFiles(GitRepository repository, Path folder) {
    this.repository = repository;
    this.folder = folder;
  }

  /** Makes an empty folder for files of a repository. */
  static GitFiles of(GitRepository repository) {
    try {
      Path folder = Files.createTempDirectory("meshguard-git-").toRealPath();
      // Where a repository begins, the search for ignore files ends.
      Files.createDirectory(folder.resolve(".git"));
      return new GitFiles(repository, folder);
    } catch (IOException e) {
      throw new UnusableException("git.unread", repository.top().toString(), SourceText.reason(e));
    }
  }

  /**
   * Makes the folder hold the files of a commit that stand below some paths, and what says which of
   * them count. What it holds already is not written again: two commits have most in common, and
   * making files is what takes the time.
   *
   * @param paths from the root of the repository
   */
  void become(String commit, List<Path> paths) {
    try (GitContents contents = repository.contents()) {
      List<GitEntry> entries = repository.entries(commit);
      remove(entries);
      write(entries, paths, contents);
    } catch (IOException e) {
      throw new UnusableException("git.unread", commit, SourceText.reason(e));
    }
  }

  /** Removes what the commit does not have, or not so. */
  private void remove(List<GitEntry> entries) throws IOException {
    Map<Path, String> wanted = new HashMap<>();
    entries.forEach(entry -> wanted.put(entry.path(), id(entry)));
    for (Map.Entry<Path, String> one : List.copyOf(written.entrySet())) {
      if (!one.getValue().equals(wanted.get(one.getKey()))) {
        Files.deleteIfExists(at(one.getKey()));
        written.remove(one.getKey());
        links.remove(one.getKey());
        removeEmpty(at(one.getKey()));
      }
    }
  }

  /** A file may stand where a folder was. */
  private void removeEmpty(Path from) throws IOException {
    for (Path at = from.getParent(); at != null && !at.equals(folder); at = at.getParent()) {
      try {
        Files.deleteIfExists(at);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }

  private static String id(GitEntry entry) {
    return entry.blob() + entry.link();
  }

  /** Returns where a path from the root of the repository stands now. */
  Path at(Path path) {
    return folder.resolve(path).normalize();
  }

  private void write(List<GitEntry> entries, List<Path> paths, GitContents contents)
      throws IOException {
    Set<Path> wanted = new HashSet<>(paths);
    Set<Path> seen = new HashSet<>();
    int before = -1;
    // A link may lead to files that nothing else names.
    while (wanted.size() != before) {
      before = wanted.size();
      for (GitEntry entry : entries) {
        if (matters(entry, wanted) && seen.add(entry.path())) {
          if (!written.containsKey(entry.path())) {
            write(entry, contents);
          }
          Optional.ofNullable(links.get(entry.path())).ifPresent(wanted::add);
        }
      }
    }
  }

  private void write(GitEntry entry, GitContents contents) throws IOException {
    written.put(entry.path(), id(entry));
    Path file = at(entry.path());
    Files.createDirectories(file.getParent());
    if (entry.link()) {
      link(entry, file, contents);
      return;
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      contents.copy(entry.blob(), out);
    }
  }

  /** A link that leads out of the repository leads nowhere. */
  private void link(GitEntry entry, Path file, GitContents contents) throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    contents.copy(entry.blob(), target);
    try {
      Path to = Path.of(target.toString(StandardCharsets.UTF_8));
      Path led = entry.path().resolveSibling(to).normalize();
      if (!to.isAbsolute() && !led.startsWith("..")) {
        Files.createSymbolicLink(file, to);
        links.put(entry.path(), led);
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
