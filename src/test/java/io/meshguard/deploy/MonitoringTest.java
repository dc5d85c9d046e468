package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alerts, their pages and the dashboard fit each other, the server and the chart. */
final class MonitoringTest {

  private static final String RULE = "PrometheusRule/meshguard/meshguard";
  private static final String DASHBOARD = "ConfigMap/meshguard/meshguard-dashboard";
  private static final String MONITOR = "ServiceMonitor/meshguard/meshguard";
  private static final Path RUNBOOKS = Path.of("docs", "runbooks.md");
  private static final Pattern SECTION = Pattern.compile("(?ms)^## (\\w+)\\n(.*?)(?=^## |\\z)");

  @Test
  void everyAlertHasAPageAndEveryPageAnAlert() {
    List<String> sections = new ArrayList<>();
    SECTION
        .matcher(Golden.read(RUNBOOKS))
        .results()
        .forEach(
            section -> {
              sections.add(section.group(1));
              assertThat(section.group(2))
                  .as(section.group(1))
                  .containsSubsequence(
                      "**What it means.**",
                      "**What users feel.**",
                      "**How to look.**",
                      "**What to do.**");
            });

    assertThat(sections).isEqualTo(Alerts.names()).doesNotHaveDuplicates();
  }

  @Test
  void everyAlertSaysWhatItIsAndLeadsToItsPage() {
    assertThat(Alerts.all())
        .allSatisfy(
            rule -> {
              JsonNode annotations = rule.path("annotations");
              assertThat(annotations.path("summary").asText()).isNotBlank();
              assertThat(annotations.path("description").asText()).isNotBlank();
              assertThat(annotations.path("runbook_url").asText())
                  .isEqualTo(
                      "docs/runbooks.md#" + rule.path("alert").asText().toLowerCase(Locale.ROOT));
              assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning", "info");
            });
  }

  @Test
  void alertsAndPanelsAreAboutMetricsThatTheServerShows() {
    Set<String> shown = new TreeSet<>(DocumentedMetrics.samples());
    Stream.concat(
            Alerts.all().stream().map(rule -> rule.path("expr").asText()),
            Dashboard.expressions().values().stream())
        .forEach(
            expression ->
                assertThat(Promql.metrics(expression))
                    .as(expression)
                    .isNotEmpty()
                    .isSubsetOf(shown));
  }

  @Test
  void everyPanelHasATitleADescriptionAndItsOwnPlace() {
    Set<Integer> ids = new HashSet<>();
    Set<String> places = new HashSet<>();
    for (JsonNode panel : Dashboard.tree().path("panels")) {
      assertThat(panel.path("title").asText()).isNotBlank();
      assertThat(ids.add(panel.path("id").asInt())).as("id of its own: %s", panel).isTrue();
      JsonNode place = panel.path("gridPos");
      for (int x = 0; x < place.path("w").asInt(); x++) {
        for (int y = 0; y < place.path("h").asInt(); y++) {
          String cell = (place.path("x").asInt() + x) + "," + (place.path("y").asInt() + y);
          assertThat(places.add(cell)).as("free: %s", cell).isTrue();
        }
      }
      if (!panel.path("type").asText().equals("row")) {
        assertThat(panel.path("description").asText()).isNotBlank();
        assertThat(panel.path("targets")).isNotEmpty();
      }
    }
    assertThat(Dashboard.expressions()).hasSizeGreaterThan(20);
  }

  @Test
  void theChartInstallsThemOnlyWhereAsked() {
    assertThat(Manifests.read(HelmChart.template(HelmChart.KUBERNETES)).keySet())
        .doesNotContain(RULE, DASHBOARD, MONITOR);
    Map<String, ObjectNode> objects =
        Manifests.read(
            HelmChart.template(
                HelmChart.KUBERNETES,
                """
                prometheusRule: {enabled: true, labels: {release: prometheus}}
                dashboard: {enabled: true}
                """));

    assertThat(objects).doesNotContainKey(MONITOR);
    assertThat(objects.get(RULE).path("spec")).isEqualTo(Alerts.tree(Golden.read(Alerts.FILE)));
    assertThat(objects.get(RULE).at("/metadata/labels/release").asText()).isEqualTo("prometheus");
    assertThat(objects.get(DASHBOARD).at("/data/meshguard.json").asText())
        .isEqualTo(Golden.read(Dashboard.FILE));
    assertThat(objects.get(DASHBOARD).at("/metadata/labels/grafana_dashboard").asText())
        .isEqualTo("1");
  }

  @Test
  void pagesAndTheTimeoutOfTheWebhookAreThoseOfTheValues() {
    JsonNode rules =
        Manifests.read(
                HelmChart.template(
                    HelmChart.KUBERNETES,
                    """
                    webhook: {timeoutSeconds: 10}
                    prometheusRule: {enabled: true, runbookUrl: "https://git.example/runbooks.md"}
                    """))
            .get(RULE)
            .at("/spec/groups/0/rules");

    for (JsonNode rule : rules) {
      assertThat(rule.at("/annotations/runbook_url").asText())
          .startsWith("https://git.example/runbooks.md#meshguard");
      if (rule.path("alert").asText().equals("MeshguardSlow")) {
        assertThat(rule.path("expr").asText()).contains("[5m]))) > 5\n").doesNotContain("1.5");
      }
    }
    assertThat(rules).hasSameSizeAs(Alerts.all());
  }
}
