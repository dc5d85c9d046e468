package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** SARIF, JUnit and GitHub. */
class FormatsTest {

  private final Path dir;
  private final String routes;
  private final String broken;
  private final String policy;

  FormatsTest(@TempDir Path dir) {
    this.dir = dir;
    this.routes = Shop.write(dir, "a, b%:c ü.yaml", Shop.RETRIES);
    this.broken = Shop.write(dir, "broken.yaml", "a: [\n");
    this.policy = Shop.write(dir, "p.yaml", Shop.policy("implicit-retries", "deny"));
  }

  @Test
  void sarifNamesRulePlaceAndFingerprint() throws Exception {
    JsonNode log = sarif(Ran.of("check", "-o", "sarif", "--policy", policy, routes, broken).out());

    JsonNode run = log.at("/runs/0");
    assertThat(log.path("version").asText()).isEqualTo("2.1.0");
    assertThat(run.at("/tool/driver/rules/0/id").asText()).isEqualTo("implicit-retries");
    assertThat(run.at("/tool/driver/rules/0/help/markdown").asText())
        .startsWith("# implicit-retries\n")
        .doesNotContain("## 中文");
    JsonNode result = run.at("/results/0");
    assertThat(result.path("ruleIndex").asInt()).isZero();
    assertThat(result.path("level").asText()).isEqualTo("error");
    assertThat(result.at("/locations/0/physicalLocation/artifactLocation/uri").asText())
        .isEqualTo("file://" + dir + "/a%2C%20b%25%3Ac%20%C3%BC.yaml");
    assertThat(result.at("/locations/0/physicalLocation/region").toString())
        .isEqualTo("{\"startLine\":11,\"startColumn\":5}");
    assertThat(result.at("/partialFingerprints/meshguard~1v1").asText()).hasSize(20);
    assertThat(run.at("/invocations/0/executionSuccessful").asBoolean()).isFalse();
    assertThat(run.at("/invocations/0/toolExecutionNotifications")).hasSize(1);
  }

  @Test
  void sarifSuppressesWhatIsExempt() throws Exception {
    String exempt =
        Shop.write(
            dir,
            "exempt.yaml",
            """
            rules: {implicit-retries: deny}
            exemptions:
            - {rules: [implicit-retries], objects: [VirtualService/shop/*], reason: idempotent}
            """);
    JsonNode log = sarif(Ran.of("check", "-o", "sarif", "--policy", exempt, routes).out());
    assertThat(log.at("/runs/0/results/0/suppressions/0/justification").asText())
        .isEqualTo("idempotent");
    assertThat(Ran.of("check", "-o", "github", "--policy", exempt, routes).out()).isEmpty();
  }

  @Test
  void githubCommandsAreEscaped() {
    Ran ran = Ran.of("check", "-o", "github", "--policy", policy, routes, broken);
    assertThat(ran.out().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("::error title=meshguard implicit-retries,file=" + dir)
                    .contains("/a%2C b%25%3Ac ü.yaml,line=11,col=5::[implicit-retries] Virtual"),
            line ->
                assertThat(line)
                    .startsWith("::error title=meshguard unreadable,file=" + broken + ",line=2"));
  }

  @Test
  void junitHasATestCaseAnObject() throws Exception {
    String xml = Ran.of("check", "-o", "junit", "--policy", policy, routes, broken).out();
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("tests")).isEqualTo("2");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    Element failure = (Element) document.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("type")).isEqualTo("deny");
    assertThat(failure.getTextContent()).startsWith(routes + ":11:5: [implicit-retries] ");
  }

  private static JsonNode sarif(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
