package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.engine.Engine;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.engine.Verdict;
import io.meshguard.mesh.Mesh;
import io.meshguard.report.CheckReport;
import io.meshguard.report.ReportFormat;
import io.meshguard.report.ReportStyle;
import io.meshguard.report.SarifSchema;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Rule;
import io.meshguard.yaml.EditException;
import io.meshguard.yaml.ManifestText;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whoever applies the fixes of a SARIF report to a file has the file that {@code --fix} would have
 * written for the same finding, byte for byte, however the file is written.
 */
final class SarifFixesTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String MARK = "\uFEFF";

  @TestFactory
  Stream<DynamicTest> everyRule() {
    return ChosenRules.get().stream()
        .filter(rule -> rule.info().mendable())
        .map(rule -> DynamicTest.dynamicTest(rule.info().id(), () -> everySample(rule)));
  }

  @Test
  void whatCannotBeEditedHasNoFix() throws Exception {
    Rule rule =
        Catalogue.rules().stream()
            .filter(r -> r.info().id().equals("mesh-gateway-omitted"))
            .findFirst()
            .orElseThrow();
    Sample aliased =
        new Sample(
            "aliased.yaml",
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: a, namespace: shop, annotations: {x: &all [shop/public]}}
            spec:
              gateways: *all
              hosts: [ratings]
              http: [{route: [{destination: {host: ratings}}]}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: ratings, namespace: shop}
            spec: {ports: [{port: 80, name: http}]}
            """);
    assertThat(judged(rule, aliased)).hasSize(1);
    assertThat(report(rule, aliased).at("/runs/0/results/0").has("fixes")).isFalse();
  }

  private static void everySample(Rule rule) throws Exception {
    AtomicInteger applied = new AtomicInteger();
    List<Sample> samples = new ArrayList<>(RulePage.read(rule.info().id()).samples());
    samples.addAll(Fixtures.of(rule.info().id()));
    for (Sample sample : samples) {
      boolean fixable =
          judged(rule, sample).stream()
              .anyMatch(j -> j.finding().fix().filter(Fix::applicable).isPresent());
      if (!fixable) {
        continue;
      }
      assertThat(SarifSchema.get().validate(report(rule, sample))).as(sample.name()).isEmpty();
      for (String text : variants(sample)) {
        equalsFix(rule, new Sample(sample.name(), text), applied);
      }
    }
    assertThat(applied.get()).as("fixes that were applied").isPositive();
  }

  private static List<String> variants(Sample sample) {
    String head = "# 注释 😀\n";
    String checks =
        sample
            .text()
            .lines()
            .filter(line -> line.startsWith("# check:"))
            .reduce("", (a, b) -> a + b + "\n");
    ObjectNode list = MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    sample.objects().forEach(object -> list.withArray("items").add(object.tree()));
    return List.of(
        sample.text(),
        head + sample.text(),
        sample.text().replace("\n", "\r\n"),
        MARK + sample.text(),
        MARK + head.replace("\n", "\r\n") + sample.text().replace("\n", "\r\n").stripTrailing(),
        sample.text().stripTrailing(),
        checks + list,
        checks + list.toPrettyString() + "\n");
  }

  private static void equalsFix(Rule rule, Sample sample, AtomicInteger applied) throws Exception {
    JsonNode report = report(rule, sample);
    Iterator<JsonNode> results = report.at("/runs/0/results").iterator();
    for (GradedFinding judged : judged(rule, sample)) {
      JsonNode fixes = results.next().path("fixes");
      Optional<String> expected = fixed(judged, sample.text());
      if (expected.isEmpty()) {
        assertThat(fixes.isMissingNode()).as("no fix of %s", sample.name()).isTrue();
        continue;
      }
      assertThat(fixes).as("fixes of %s in\n%s", sample.name(), sample.text()).hasSize(1);
      assertThat(fixes.at("/0/artifactChanges")).hasSize(1);
      assertThat(fixes.at("/0/description/text").asText())
          .contains(judged.finding().fix().orElseThrow().safety().text());
      assertThat(applied(fixes.at("/0/artifactChanges/0/replacements"), sample.text()))
          .as("%s after its fix", sample.name())
          .isEqualTo(expected.get());
      applied.incrementAndGet();
    }
  }

  private static Optional<String> fixed(GradedFinding judged, String text) {
    Optional<Fix> fix = judged.finding().fix().filter(Fix::applicable);
    if (fix.isEmpty() || !judged.finding().isCertain()) {
      return Optional.empty();
    }
    Origin origin = judged.finding().object().origin();
    ManifestText manifest = new ManifestText(text);
    try {
      manifest.edit(origin.document(), origin.base(), fix.get().ops());
    } catch (EditException e) {
      return Optional.empty();
    }
    return Optional.of(manifest.text());
  }

  /** Applies replacements as the standard says it, with nothing of the program. */
  private static String applied(JsonNode replacements, String text) {
    String mark = text.startsWith(MARK) ? MARK : "";
    String body = text.substring(mark.length());
    String result = body;
    for (int i = replacements.size() - 1; i >= 0; i--) {
      JsonNode region = replacements.get(i).path("deletedRegion");
      int start =
          offset(body, region.path("startLine").asInt(), region.path("startColumn").asInt());
      int end = offset(body, region.path("endLine").asInt(), region.path("endColumn").asInt());
      String come = replacements.get(i).at("/insertedContent/text").asText("");
      result = result.substring(0, start) + come + result.substring(end);
    }
    return mark + result;
  }

  private static int offset(String text, int line, int column) {
    int at = 0;
    for (int i = 1; i < line; i++) {
      int feed = text.indexOf('\n', at);
      assertThat(feed).isNotNegative();
      at = feed + 1;
    }
    int to = text.offsetByCodePoints(at, column - 1);
    assertThat(text.substring(at, to)).doesNotContain("\n");
    return to;
  }

  private static JsonNode report(Rule rule, Sample sample) throws Exception {
    List<Verdict> verdicts = verdicts(rule, sample);
    CheckReport outcome =
        new CheckReport(verdicts, List.of(), "")
            .withTexts(Map.of(Path.of(sample.name()), sample.text()));
    String text = ReportFormat.SARIF.writer(ReportStyle.PLAIN).write(outcome, Language.EN);
    return MAPPER.readTree(text);
  }

  private static List<GradedFinding> judged(Rule rule, Sample sample) {
    return verdicts(rule, sample).stream().flatMap(v -> v.judged().stream()).toList();
  }

  private static List<Verdict> verdicts(Rule rule, Sample sample) {
    Engine engine = new Engine(List.of(rule));
    List<Resource> objects = sample.objects();
    Mesh mesh = sample.mesh(objects);
    return objects.stream()
        .map(
            object ->
                engine.judge(
                    new Review(
                        Operation.LOOK,
                        new Subject(object, Map.of(), Optional.empty(), LocalDate.of(2026, 1, 1)),
                        Optional.empty(),
                        false,
                        mesh,
                        new FixedSettings(Mode.WARN, sample.parameters()))))
        .toList();
  }
}
