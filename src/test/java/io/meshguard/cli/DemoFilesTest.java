package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's files, linted: what is there before the tour is clean, what is applied is not. */
class DemoFilesTest {

  private static final Path FILES = Path.of("src/main/resources/io/meshguard/demo");

  @TempDir private Path directory = Path.of("");
  private Path namespaces = Path.of("");
  private Path policy = Path.of("");

  @BeforeEach
  void writeWhatTheDemoMakesItself() throws IOException {
    namespaces =
        Files.writeString(
            directory.resolve("namespaces.yaml"),
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: istio-system}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio.io/rev: 1-29-0}}}
            """);
    policy =
        Files.writeString(directory.resolve("policy.yaml"), "rules: {implicit-retries: warn}\n");
  }

  @Test
  void theSampleMeshIsClean() throws IOException {
    Ran ran = check(FILES.resolve("mesh.yaml"));

    assertThat(findings(ran)).isEmpty();
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void eachFileOfTheTourHasItsOneFinding() throws IOException {
    assertThat(findings(check(FILES.resolve("storefront.yaml"))))
        .containsExactly("unreachable-route");
    assertThat(findings(check(FILES.resolve("catalog-limit.yaml"))))
        .containsExactly("connection-limit-without-pending-limit");
    assertThat(findings(check(FILES.resolve("payment.yaml"), "--policy", policy.toString())))
        .containsExactly("implicit-retries");
  }

  @Test
  void implicitRetriesAreOffAtFirst() throws IOException {
    Path first = FILES.resolve("policy.yaml");

    Ran ran = check(FILES.resolve("payment.yaml"), "--policy", first.toString());

    assertThat(findings(ran)).isEmpty();
    assertThat(ran.exitCode()).isZero();
  }

  private Ran check(Path file, String... more) {
    List<String> line = new ArrayList<>(List.of("check", "--closed-world", "--fail-on=warn"));
    line.addAll(List.of("--istio-version=1.29.0", "--output=json"));
    line.addAll(List.of("--mesh=" + namespaces, "--mesh=" + FILES.resolve("mesh.yaml")));
    line.addAll(List.of(more));
    line.add(file.toString());
    return Ran.of(line.toArray(String[]::new));
  }

  private static List<String> findings(Ran ran) throws IOException {
    List<String> rules = new ArrayList<>();
    JsonNode report = new ObjectMapper().readTree(ran.out());
    assertThat(report.at("/errors")).isEmpty();
    assertThat(report.at("/summary/objects").asInt()).isPositive();
    report.path("findings").forEach(finding -> rules.add(finding.path("rule").asText()));
    return rules;
  }
}
