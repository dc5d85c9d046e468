package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentBinariesTest {
  @Test
  void completeDirectoryIsTaken(@TempDir Path directory) throws Exception {
    FakeBinaries.fill(directory);

    assertThat(look(directory, Progress.silent()))
        .isEqualTo(new BinarySource.Found(Binaries.in(directory)));
  }

  @Test
  void whatIsMissingOrNotExecutableIsNamed(@TempDir Path directory) throws Exception {
    FakeBinaries.fill(directory);
    Files.delete(directory.resolve("etcd"));
    Files.delete(directory.resolve("kubectl"));
    Files.writeString(directory.resolve("kubectl"), "not executable");
    List<String> said = new ArrayList<>();

    BinarySource.Lookup lookup = look(directory, said::add);

    String reason = "KUBEBUILDER_ASSETS=" + directory + " has no executable etcd, kubectl in it";
    assertThat(lookup).isEqualTo(new BinarySource.Missing(reason));
    assertThat(said).containsExactly(reason + "; looking elsewhere");
  }

  @Test
  void absenceIsNotWorthAWord() {
    List<String> said = new ArrayList<>();

    BinarySource.Lookup lookup = new EnvironmentBinaries(Map.of()).look(said::add);

    assertThat(lookup).isEqualTo(new BinarySource.Missing("KUBEBUILDER_ASSETS is not set"));
    assertThat(said).isEmpty();
  }

  private static BinarySource.Lookup look(Path directory, Progress progress) {
    return new EnvironmentBinaries(Map.of("KUBEBUILDER_ASSETS", directory.toString()))
        .look(progress);
  }
}
