package io.meshguard.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the content of a file in one step, so that nobody ever sees half of it. A program that
 * is told to end finishes the file at hand, begins no other, and leaves no temporary file behind.
 */
public final class AtomicFile {

  /** So long a file at hand may take; a file system that hangs must not keep the program. */
  private static final long PATIENCE_SECONDS = 2;

  private static final ReentrantLock AT_WORK = new ReentrantLock();

  private static volatile @Nullable Path temporary;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(AtomicFile::end, "finish-file"));
  }

  private AtomicFile() {}

  /**
   * Replaces a file's content; its permissions stay, and a symbolic link stays one.
   *
   * @param before what the file must still hold
   * @throws IOException if it holds something else by now, or cannot be written
   */
  public static void replace(Path file, String before, String after) throws IOException {
    AT_WORK.lock();
    try {
      Path target = file.toRealPath();
      if (!Files.isWritable(target)) {
        throw new UnreadableException("file.readOnly");
      }
      Path folder = target.getParent() == null ? Path.of(".") : target.getParent();
      Path written = Files.createTempFile(folder, ".meshguard-", ".tmp");
      temporary = written;
      try {
        replace(target, written, before, after);
      } finally {
        Files.deleteIfExists(written);
        temporary = null;
      }
    } finally {
      AT_WORK.unlock();
    }
  }

  private static void replace(Path target, Path written, String before, String after)
      throws IOException {
    Files.write(written, after.getBytes(StandardCharsets.UTF_8));
    PosixFileAttributeView mode = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    if (mode != null) {
      Files.setPosixFilePermissions(written, mode.readAttributes().permissions());
    }
    if (!SourceText.read(target).equals(before)) {
      throw new UnreadableException("file.changed");
    }
    Files.move(
        written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Keeps the lock to itself, so that no other file is begun. */
  private static void end() {
    try {
      Path left = AT_WORK.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS) ? null : temporary;
      if (left != null) {
        Files.deleteIfExists(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // nobody is left to tell
    }
  }
}
