package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.Promtool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts and the dashboard as Prometheus itself takes them. */
@RequiresPromtool
final class PrometheusTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Promtool promtool;
  private final Path folder;

  PrometheusTest(Promtool promtool, @TempDir Path folder) {
    this.promtool = promtool;
    this.folder = folder;
  }

  @Test
  void theRulesAreGood() throws Exception {
    assertGood(
        promtool.run(Path.of("."), "check", "rules", "--lint-fatal", Alerts.FILE.toString()));
  }

  @Test
  void aRuleThatIsNoneWouldBeSeen() throws Exception {
    Path bad = folder.resolve("bad.yaml");
    Files.writeString(bad, Golden.read(Alerts.FILE).replace("absent(", "absent(("));

    assertThat(promtool.run(folder, "check", "rules", bad.toString()).exitCode()).isNotZero();
  }

  @Test
  void everyPanelOfTheDashboardIsAQuery() throws Exception {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    ObjectNode group = file.putArray("groups").addObject().put("name", "dashboard");
    ArrayNode rules = group.putArray("rules");
    Dashboard.expressions()
        .forEach(
            (key, expression) ->
                rules.addObject().put("record", "panel:" + key).put("expr", expression));
    Path written = folder.resolve("dashboard.yaml");
    Files.writeString(written, JSON.writeValueAsString(file));

    assertGood(promtool.run(folder, "check", "rules", "--lint-fatal", written.toString()));
  }

  @Test
  void alertsFireWhenTheyShouldAndNotBefore() throws Exception {
    Path test = folder.resolve("test.yaml");
    Files.writeString(
        test, JSON.writeValueAsString(AlertScenario.tests(Alerts.FILE.toAbsolutePath())));

    assertGood(promtool.run(folder, "test", "rules", test.toString()));
  }

  @Test
  void everyAlertIsSeenToFire() {
    Set<String> seen = new TreeSet<>();
    AlertScenario.all().forEach(scenario -> scenario.firing().values().forEach(seen::addAll));

    assertThat(seen).isEqualTo(new TreeSet<>(Alerts.names()));
  }

  private static void assertGood(Promtool.Result result) {
    assertThat(result.exitCode()).as(result.output()).isZero();
  }
}
