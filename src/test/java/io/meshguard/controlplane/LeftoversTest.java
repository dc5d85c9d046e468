package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class LeftoversTest {
  @TempDir private Path temporary = Path.of("");

  private final List<String> said = new ArrayList<>();

  @Test
  void whatADeadProcessLeftGoes() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    assertThat(dead.waitFor()).isZero();
    Path directory = Files.createDirectory(temporary.resolve(Leftovers.PREFIX + "dead"));
    Files.writeString(directory.resolve("owner"), dead.pid() + " 2026-01-01T00:00:00Z");
    Path log = Files.createFile(directory.resolve("log"));
    Process left = new ProcessBuilder("tail", "-f", log.toString()).start();

    Leftovers.remove(temporary, said::add);

    assertThat(left.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(directory).doesNotExist();
    assertThat(said)
        .containsExactly("removing what a process that was killed left in " + directory);
  }

  @Test
  void whatBelongsToALivingProcessOrToNobodyStays() throws Exception {
    Path own = Files.createDirectory(temporary.resolve(Leftovers.PREFIX + "own"));
    Leftovers.claim(own);
    Path unnamed = Files.createDirectory(temporary.resolve(Leftovers.PREFIX + "unnamed"));
    Path strange = Files.createDirectory(temporary.resolve(Leftovers.PREFIX + "strange"));
    Files.writeString(strange.resolve("owner"), "somebody");
    Path other = Files.createDirectory(temporary.resolve("other"));
    Files.writeString(other.resolve("owner"), "1 2026-01-01T00:00:00Z");
    Path log = Files.createFile(own.resolve("log"));
    Process mine = new ProcessBuilder("tail", "-f", log.toString()).start();
    try {
      Leftovers.remove(temporary, said::add);

      assertThat(mine.isAlive()).isTrue();
      assertThat(own).exists();
      assertThat(unnamed).exists();
      assertThat(strange).exists();
      assertThat(other).exists();
      assertThat(said).isEmpty();
    } finally {
      mine.destroyForcibly();
    }
  }
}
