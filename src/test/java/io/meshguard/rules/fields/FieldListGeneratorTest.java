package io.meshguard.rules.fields;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class FieldListGeneratorTest {

  @Test
  void theCommittedListIsWhatTheGeneratorMakes() throws IOException {
    Optional<Path> modules = FieldListGenerator.moduleCache();
    Assumptions.assumeTrue(modules.isPresent(), "the Go modules are not in the module cache");
    assertThat(FieldListGenerator.generate(modules.get()))
        .isEqualTo(Files.readString(FieldListGenerator.OUTPUT));
  }
}
