package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.engine.Engine;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.engine.Verdict;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.report.CheckReport;
import io.meshguard.report.ReportFormat;
import io.meshguard.report.ReportStyle;
import io.meshguard.report.SarifSchema;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Parameters;
import io.meshguard.yaml.YamlReader;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What formats say that want a file, of objects that came from a cluster. */
final class ReportWithoutFilesTest {

  private static final CheckReport OUTCOME = outcome();

  @Test
  void objectsStandInThePlaceOfFiles() throws Exception {
    JsonNode issue = new ObjectMapper().readTree(write(ReportFormat.GITLAB)).path(0);
    assertThat(issue.at("/location").toString())
        .isEqualTo("{\"path\":\"VirtualService/shop/r\",\"lines\":{\"begin\":1}}");
    assertThat(write(ReportFormat.CHECKSTYLE))
        .contains("<file name=\"VirtualService/shop/r\">", "<error line=\"1\" column=\"1\" ");
    assertThat(write(ReportFormat.MARKDOWN))
        .contains("<summary>namespace <code>shop</code></summary>")
        .doesNotContain("line ");
  }

  @Test
  void sarifHasNoPlaceInAFileAndNoFix() throws Exception {
    JsonNode log = new ObjectMapper().readTree(write(ReportFormat.SARIF));
    assertThat(SarifSchema.get().validate(log)).isEmpty();
    assertThat(log.at("/runs/0/results")).isNotEmpty();
    assertThat(log.findValue("physicalLocation")).isNull();
    assertThat(log.findValue("fixes")).isNull();
  }

  private static String write(ReportFormat format) {
    return format.writer(ReportStyle.PLAIN).write(OUTCOME, Language.EN);
  }

  private static CheckReport outcome() {
    JsonNode tree =
        YamlReader.readOne(
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: r, namespace: shop}
                spec:
                  hosts: [r]
                  http:
                  - route: [{destination: {host: r}}]
                  - match: [{uri: {exact: /a}}]
                    route: [{destination: {host: s}}]
                """)
            .tree();
    Resource object = Resource.of(tree, "default", Origin.NONE);
    Verdict verdict =
        new Engine(Catalogue.rules())
            .judge(
                new Review(
                    Operation.LOOK,
                    new Subject(object, Map.of(), Optional.empty(), LocalDate.of(2026, 1, 1)),
                    Optional.empty(),
                    false,
                    new ObjectMesh(List.of(object), kind -> false, MeshFacts.UNKNOWN),
                    new FixedSettings(Mode.WARN, Parameters.NONE)));
    return new CheckReport(List.of(verdict), List.of(), "");
  }
}
