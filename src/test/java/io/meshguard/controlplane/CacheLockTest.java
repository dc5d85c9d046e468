package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheLockTest {
  private final Path root;

  CacheLockTest(@TempDir Path root) {
    this.root = root;
  }

  @Test
  void onlyOneThreadIsIn() throws Exception {
    AtomicBoolean entered = new AtomicBoolean();
    Thread second = new Thread(() -> enter(entered));
    try (CacheLock first = CacheLock.acquire(root, Progress.silent())) {
      second.start();
      second.join(600);
      assertThat(entered).isFalse();
    }
    second.join(30_000);
    assertThat(entered).isTrue();
  }

  private void enter(AtomicBoolean entered) {
    try (CacheLock lock = CacheLock.acquire(root, Progress.silent())) {
      entered.set(true);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void otherProcessIsWaitedForUntilItDies() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = holder.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("held");
      List<String> said = new CopyOnWriteArrayList<>();
      // Being told to wait is what kills the holder: without the wait it would live on.
      Progress progress =
          line -> {
            said.add(line);
            holder.destroyForcibly();
          };

      try (CacheLock lock = CacheLock.acquire(root, progress)) {
        assertThat(said)
            .containsExactly("another process is preparing the same binaries, waiting for it");
      }
    } finally {
      holder.destroyForcibly();
    }
  }

  /** Holds the lock until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      try (CacheLock lock = CacheLock.acquire(Path.of(arguments[0]), Progress.silent())) {
        System.out.println("held");
        Thread.sleep(60_000);
      }
    }
  }
}
