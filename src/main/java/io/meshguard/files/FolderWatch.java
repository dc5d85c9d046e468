package io.meshguard.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Waits until something below folders changes. Says that something did, not what: whoever waits
 * looks at the files themselves, so that nothing is lost between two looks.
 */
public final class FolderWatch implements Closeable {

  /** A file that is being written is left alone until nothing happened for so long. */
  private static final long SETTLE_MILLIS = 50;

  /** Where something is written all the time, it is looked at all the same after so many waits. */
  private static final int MOST_WAITS = 40;

  private final WatchService service;
  private final Map<Path, WatchKey> keys = new HashMap<>();
  private final Map<WatchKey, Path> folders = new HashMap<>();
  private final Set<Path> named = new HashSet<>();
  private final Set<Path> ignored;

  /**
   * Makes a watch of nothing.
   *
   * @param ignored files whose changes do not matter, such as those that the watcher writes
   */
  public FolderWatch(Collection<Path> ignored) throws IOException {
    this.service = FileSystems.getDefault().newWatchService();
    this.ignored = new HashSet<>();
    ignored.forEach(file -> this.ignored.add(absolute(file)));
  }

  /**
   * Watches files and folders, with all that is below them, besides those watched already. One that
   * does not exist is seen when it comes.
   *
   * @return whether there was anything among them that was not watched before
   * @throws IOException if the system watches no more folders
   */
  public boolean add(Collection<Path> paths) throws IOException {
    int before = keys.size();
    boolean other = false;
    for (Path path : paths) {
      Path name = absolute(path);
      other |= named.add(name);
      Path parent = name.getParent();
      if (parent != null && Files.isDirectory(parent)) {
        register(parent);
      }
      if (Files.isDirectory(name)) {
        tree(name);
      }
    }
    return other || keys.size() > before;
  }

  /** Waits for a change, and then until it is quiet for a moment. */
  public void await() throws InterruptedException, IOException {
    boolean changed = false;
    while (!changed) {
      changed = take(service.take());
    }
    for (int i = 0; i < MOST_WAITS; i++) {
      WatchKey more = service.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
      if (more == null) {
        return;
      }
      take(more);
    }
  }

  private boolean take(WatchKey key) throws IOException {
    Path folder = folders.get(key);
    boolean matters = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      if (folder == null || !(event.context() instanceof Path name)) {
        // some were lost
        matters = true;
        continue;
      }
      Path path = folder.resolve(name);
      boolean isFolder = Files.isDirectory(path);
      if (isFolder && isBelow(path)) {
        tree(path);
      }
      boolean gone = event.kind() == StandardWatchEventKinds.ENTRY_DELETE;
      matters |= matters(path, isFolder || gone);
    }
    if (!key.reset() && folder != null) {
      folders.remove(key);
      keys.remove(folder);
      matters = true;
    }
    return matters;
  }

  /** Returns whether what became of a file can change what is found. */
  private boolean matters(Path path, boolean folder) {
    String name = String.valueOf(path.getFileName());
    boolean own = isBelow(path) && (folder || FileWalk.isManifestName(path));
    return !ignored.contains(path) && (named.contains(path) || own || name.equals(".gitignore"));
  }

  private boolean isBelow(Path path) {
    return named.stream().anyMatch(path::startsWith);
  }

  private void tree(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (String.valueOf(directory.getFileName()).equals(".git")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            register(directory);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException cause) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException cause) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void register(Path directory) throws IOException {
    if (keys.containsKey(directory)) {
      return;
    }
    try {
      WatchKey key =
          directory.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_DELETE,
              StandardWatchEventKinds.ENTRY_MODIFY);
      keys.put(directory, key);
      folders.put(key, directory);
    } catch (IOException e) {
      if (Files.isDirectory(directory)) {
        throw e;
      }
      // it went as fast as it came
    } catch (ClosedWatchServiceException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
