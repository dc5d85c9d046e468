package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that tell of rules and policies. */
final class CatalogueCommandsTest {

  @Test
  void rulesListsEveryRule() {
    String table = Ran.of("rules").out();
    assertThat(table.lines().skip(1).map(line -> line.substring(0, line.indexOf(' '))))
        .containsExactlyElementsOf(Catalogue.infos().stream().map(RuleInfo::id).toList());
    assertThat(table)
        .containsPattern(
            "(?m)^unreachable-route +9 +deny +safe,unsafe,manual +all +VirtualService$");
  }

  @Test
  void rulesAsJson() throws IOException {
    JsonNode json = new ObjectMapper().readTree(Ran.of("rules", "-o", "json").out());
    assertThat(json.path("rules")).hasSize(Catalogue.infos().size());
    for (JsonNode rule : json.path("rules")) {
      assertThat(rule.path("summary").asText()).as(rule.path("id").asText()).endsWith(".");
    }
  }

  @Test
  void explainPrintsEveryPageInBothLanguages() {
    for (RuleInfo rule : Catalogue.infos()) {
      Ran english = Ran.of("explain", rule.id(), "--language", "en");
      assertThat(english.exitCode()).isZero();
      assertThat(english.out()).startsWith("# " + rule.id()).doesNotContain("## 中文");
      Ran chinese = Ran.of("explain", rule.id(), "--language", "zh");
      assertThat(chinese.out()).startsWith("# " + rule.id()).contains("在 TCM 上", "## Bad");
    }
  }

  @Test
  void explainSuggestsWhatWasMeant() {
    Ran ran = Ran.of("explain", "unreachable-rout");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("did you mean unreachable-route?");
  }

  @Test
  void policyCheckTellsLineAndColumn(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("policy.yaml");
    Files.writeString(file, "language: en\nrules:\n  unreachable-rout: deny\n");
    Ran ran = Ran.of("policy", "check", file.toString());
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).contains("policy.yaml:3:3").contains("unreachable-route");
    Files.writeString(file, "language: en\nrules:\n  unreachable-route: deny\n");
    assertThat(Ran.of("policy", "check", file.toString()).exitCode()).isZero();
    assertThat(Ran.of("policy", "check", dir.resolve("none").toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void policyShowSaysWhatSetsAMode(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("policy.yaml");
    Files.writeString(
        file,
        """
        rules: {implicit-retries: warn}
        overrides:
        - namespaces: ["prod-*"]
          rules: {implicit-retries: fix}
        """);
    List<String> prod = show(file, "prod-shop");
    assertThat(prod).anyMatch(line -> line.startsWith("implicit-retries ") && line.contains("fix"));
    List<String> test = show(file, "test");
    assertThat(test)
        .anyMatch(line -> line.startsWith("implicit-retries ") && line.contains("warn"));
    assertThat(test).anyMatch(line -> line.endsWith("deny  default"));
  }

  private static List<String> show(Path policy, String namespace) {
    Ran ran = Ran.of("policy", "show", "--policy", policy.toString(), "-n", namespace);
    assertThat(ran.exitCode()).isZero();
    return ran.out().lines().toList();
  }
}
