package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The one writer of a cache directory, among all processes and all threads of this user. */
final class CacheLock implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final FileChannel channel;

  private CacheLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits until nobody else writes; says so when it has to wait. */
  static CacheLock acquire(Path root, Progress progress) throws IOException, InterruptedException {
    Files.createDirectories(root);
    FileChannel channel =
        FileChannel.open(
            root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean said = false;
    try {
      while (tryLock(channel) == null) {
        if (!said) {
          progress.say("another process is preparing the same binaries, waiting for it");
          said = true;
        }
        Thread.sleep(POLL.toMillis());
      }
      return new CacheLock(channel);
    } catch (IOException | InterruptedException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by another thread of this process.
      return null;
    }
  }

  /** Lets the next one in; the operating system does the same when the process dies. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
