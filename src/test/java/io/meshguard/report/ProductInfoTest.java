package io.meshguard.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProductInfoTest {

  @Test
  void versionIsThatOfTheBuild() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    assertThat(pom)
        .contains(
            "<artifactId>meshguard</artifactId>\n  <version>" + ProductInfo.VERSION + "</version>");
  }
}
