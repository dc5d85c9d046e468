package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kustomize reads before anybody else: it takes more words for text. */
final class KustomizedTest {

  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: shop
        labels:
          word: yes
          always: true # why
          number: 010
      """;

  @Test
  void wordsOfOldYamlAreTextForKustomize(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("kustomization.yaml"), "resources: [listed.yaml]\n");
    Files.writeString(directory.resolve("listed.yaml"), NAMESPACE);
    Files.writeString(directory.resolve("other.yaml"), NAMESPACE.replace("shop", "other"));

    String found = Ran.of("check", directory.toString()).out();

    assertThat(found)
        .contains("Namespace other metadata.labels.word", "Namespace shop metadata.labels.always")
        .contains("Namespace shop metadata.labels.number")
        .doesNotContain("Namespace shop metadata.labels.word");
    Ran.of("check", "--fix", directory.toString());
    assertThat(Files.readString(directory.resolve("listed.yaml")))
        .contains("word: yes\n", "always: \"true\" # why\n", "number: \"010\"\n");
    assertThat(Ran.of("check", directory.toString()).out()).doesNotContain("unquoted");
  }
}
