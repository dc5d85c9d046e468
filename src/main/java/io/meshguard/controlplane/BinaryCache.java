package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was downloaded or built before, one directory a version. An entry appears by one atomic
 * rename, so that a half written one is never seen; writers hold the {@link CacheLock}.
 */
record BinaryCache(Path root) {
  private static final String TEMPORARY = ".partial-";

  /** Returns the cache of this user: {@code $XDG_CACHE_HOME/meshguard}, else {@code ~/.cache}. */
  static BinaryCache ofUser(Map<String, String> environment, String userHome) {
    Path xdg = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
    // The XDG base directory specification wants relative paths ignored.
    Path base = xdg.isAbsolute() ? xdg : Path.of(userHome, ".cache");
    return new BinaryCache(base.resolve("meshguard"));
  }

  /** Returns the complete binaries of the newest patch release of a line such as {@code v1.35}. */
  Optional<Binaries> newest(String line) throws IOException {
    if (!Files.isDirectory(root)) {
      return Optional.empty();
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(entry -> Versions.isReleaseOf(line, entry.getFileName().toString()))
          .filter(entry -> Binaries.missingIn(entry).isEmpty())
          .max(Comparator.comparing(entry -> Versions.patch(entry.getFileName().toString())))
          .map(Binaries::in);
    }
  }

  /** Returns a file of an entry, where the entry is there. */
  Optional<Path> file(String entry, String name) {
    return Optional.of(root.resolve(entry).resolve(name)).filter(Files::isRegularFile);
  }

  /** Fills a new directory; throws where that did not work. */
  @FunctionalInterface
  interface Filler {
    void fill(Path directory) throws IOException, InterruptedException;
  }

  /**
   * Fills a temporary directory and makes it the entry of that name, in place of what stood there.
   * The caller holds the lock.
   */
  Path install(String entry, Filler filler) throws IOException, InterruptedException {
    Files.createDirectories(root);
    removeLeftovers();
    Path partial = Files.createTempDirectory(root, TEMPORARY);
    try {
      filler.fill(partial);
      Path target = root.resolve(entry);
      if (Files.exists(target)) {
        Path old = Files.createTempDirectory(root, TEMPORARY);
        Files.move(target, old.resolve("old"), StandardCopyOption.ATOMIC_MOVE);
        Trees.delete(old);
      }
      return Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Trees.delete(partial);
    }
  }

  /** Removes what a process that was killed in the middle left; the lock proves that it is dead. */
  private void removeLeftovers() throws IOException {
    List<Path> leftovers;
    try (Stream<Path> entries = Files.list(root)) {
      leftovers =
          entries.filter(entry -> entry.getFileName().toString().startsWith(TEMPORARY)).toList();
    }
    for (Path leftover : leftovers) {
      Trees.delete(leftover);
    }
  }
}
