package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the build generates of manifests says the same as the chart. */
final class GeneratedManifestsIT {

  private static final Map<String, ObjectNode> BUILD =
      Manifests.read(Golden.read(Path.of("target", "kubernetes", "kubernetes.yml")));
  private static final Map<String, ObjectNode> CHART =
      Manifests.read(HelmChart.template(HelmChart.KUBERNETES, "serviceMonitor: {enabled: true}"));

  @Test
  void bothHaveTheSameObjects() {
    assertThat(CHART.keySet()).containsAll(BUILD.keySet());
    assertThat(BUILD.keySet())
        .contains(
            "Deployment/meshguard/meshguard",
            "Service/meshguard/meshguard",
            "ServiceAccount/meshguard/meshguard");
  }

  @Test
  void theContainerIsStartedAlike() {
    JsonNode build = container(BUILD);
    JsonNode chart = container(CHART);

    assertThat(deployment(BUILD).at("/spec/replicas"))
        .isEqualTo(deployment(CHART).at("/spec/replicas"));
    assertThat(deployment(BUILD).at("/spec/template/spec/serviceAccountName"))
        .isEqualTo(deployment(CHART).at("/spec/template/spec/serviceAccountName"));
    assertThat(build.path("name")).isEqualTo(chart.path("name"));
    assertThat(build.path("args")).isEqualTo(chart.path("args"));
    Map<String, JsonNode> environment = byName(build.path("env"));
    environment.remove("KUBERNETES_NAMESPACE");
    assertThat(environment).isNotEmpty();
    assertThat(byName(chart.path("env"))).containsAllEntriesOf(environment);
  }

  @Test
  void portsAreTheSameButForPlainHttpWhichIsNotServed() {
    Map<String, JsonNode> ports = byName(container(BUILD).path("ports"));
    ports.remove("http");

    assertThat(ports).containsOnlyKeys("https", "management");
    assertThat(byName(container(CHART).path("ports"))).isEqualTo(ports);
    JsonNode service = BUILD.get("Service/meshguard/meshguard");
    JsonNode https = byName(service.at("/spec/ports")).get("https");
    JsonNode chart =
        byName(CHART.get("Service/meshguard/meshguard").at("/spec/ports")).get("https");
    assertThat(chart.path("port")).isEqualTo(https.path("port"));
    assertThat(number(chart.path("targetPort"))).isEqualTo(https.path("targetPort").asInt());
    String label = "app.kubernetes.io/name";
    assertThat(CHART.get("Service/meshguard/meshguard").at("/spec/selector").path(label))
        .isEqualTo(service.at("/spec/selector").path(label));
  }

  @ParameterizedTest
  @ValueSource(strings = {"startupProbe", "readinessProbe", "livenessProbe"})
  void probesAreTheSame(String name) {
    JsonNode build = container(BUILD).path(name);
    JsonNode chart = container(CHART).path(name);

    for (String field : new String[] {"periodSeconds", "timeoutSeconds", "failureThreshold"}) {
      assertThat(chart.path(field)).as(field).isEqualTo(build.path(field));
    }
    assertThat(build.path("initialDelaySeconds").asInt()).isZero();
    assertThat(chart.has("initialDelaySeconds")).isFalse();
    assertThat(chart.at("/httpGet/path")).isEqualTo(build.at("/httpGet/path"));
    assertThat(number(chart.at("/httpGet/port"))).isEqualTo(build.at("/httpGet/port").asInt());
  }

  @Test
  void metricsAreFoundAtTheSamePlace() {
    JsonNode build = BUILD.get("ServiceMonitor/meshguard/meshguard").at("/spec/endpoints/0");
    JsonNode chart = CHART.get("ServiceMonitor/meshguard/meshguard").at("/spec/endpoints/0");

    assertThat(chart.path("path")).isEqualTo(build.path("path"));
    assertThat(number(chart.path("port"))).isEqualTo(build.path("targetPort").asInt());
  }

  private static JsonNode deployment(Map<String, ObjectNode> objects) {
    return objects.get("Deployment/meshguard/meshguard");
  }

  private static JsonNode container(Map<String, ObjectNode> objects) {
    return deployment(objects).at("/spec/template/spec/containers/0");
  }

  /** Returns the number of the container's port that has a name. */
  private static int number(JsonNode name) {
    return byName(container(CHART).path("ports")).get(name.asText()).path("containerPort").asInt();
  }

  private static Map<String, JsonNode> byName(JsonNode list) {
    Map<String, JsonNode> entries = new HashMap<>();
    list.forEach(entry -> entries.put(entry.path("name").asText(), entry));
    return entries;
  }
}
