package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.deploy.HelmChart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Pauses of the chart's webhooks on an API server of its own, where all of them fail closed and
 * nothing answers.
 */
@RequiresControlPlane
final class WebhookCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WEBHOOKS =
      "mutatingwebhookconfigurations,validatingwebhookconfigurations";

  private static ControlPlane cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults(),
            Progress.silent());
    cluster.createNamespace("istio-system", Map.of());
    cluster.createNamespace("meshguard", Map.of());
    Kubectl.Result applied =
        cluster
            .kubectl()
            .runWithInput(
                HelmChart.template(
                    HelmChart.KUBERNETES, "webhook: {failurePolicy: Fail, timeoutSeconds: 1}"),
                "apply",
                "-f",
                "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
    awaitRefused(true);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @AfterEach
  void resume() {
    assertThat(webhook("resume").exitCode()).isZero();
  }

  @Test
  void aPauseIsAConfigMapThatSaysUntilWhenByWhomAndWhy() throws Exception {
    Instant begin = Instant.now();
    Ran pause = webhook("pause", "--for", "1h30m", "--reason", "release 42");

    JsonNode data =
        JSON.readTree(kubectl("get", "cm", "meshguard-pause", "-o", "json")).at("/data");
    Instant until = Instant.parse(data.path("until").asText());
    assertThat(pause.exitCode()).as(pause.err()).isZero();
    assertThat(pause.out())
        .isEqualTo("paused until " + until + "; end it with: meshguard webhook resume\n");
    assertThat(until)
        .isBetween(
            begin.plus(Duration.ofMinutes(90)).minusSeconds(1),
            Instant.now().plus(Duration.ofMinutes(90)));
    assertThat(data.path("by").asText()).isEqualTo("meshguard-admin");
    assertThat(data.path("reason").asText()).isEqualTo("release 42");
    assertThat(data.path("hard").asText()).isEqualTo("false");

    Ran status = webhook("status");
    assertThat(status.exitCode()).isEqualTo(3);
    assertThat(status.out())
        .startsWith("paused: until " + until + " (1h29m")
        .contains(" left), by meshguard-admin: release 42\n")
        .contains(
            "ValidatingWebhookConfiguration meshguard: failurePolicy Fail and Ignore, caBundle in 0"
                + " of 4 entries, called\n")
        .contains("replicas: 0 ready\n");

    Ran resume = webhook("resume");
    assertThat(resume.out()).isEqualTo("ConfigMap meshguard/meshguard-pause deleted\n");
    assertThat(webhook("resume").out()).isEqualTo("there is no pause\n");
    assertThat(webhook("status").exitCode()).isEqualTo(1);
  }

  @Test
  void aPauseWrittenByHandNeedNotSayByWhom() throws Exception {
    Instant until = Instant.now().plus(Duration.ofHours(1));
    kubectl("create", "cm", "meshguard-pause", "--from-literal=until=" + until);

    assertThat(webhook("status").out())
        .containsPattern("paused: until \\S+ \\(59m[0-9]+s left\\)\n");
  }

  @Test
  void whatCannotBeASpanIsRefused() {
    assertThat(webhook("pause", "--for", "2d").err())
        .isEqualTo("meshguard: --for \"2d\" is not a duration such as 30m, 2h or 1h30m\n");
    Ran long25 = webhook("pause", "--for", "25h");
    assertThat(long25.exitCode()).isEqualTo(2);
    assertThat(long25.err()).contains("--for 25h is more than 24h").contains("enforcement: warn");
    assertThat(webhook("pause").err()).contains("--for");
    assertThat(webhook("status").out()).startsWith("paused: no\n");
  }

  @Test
  void aHardPauseLetsThroughWhatNobodyAnswersAndResumeWritesBackWhatWasThere() throws Exception {
    kubectl(
        "patch",
        "validatingwebhookconfiguration",
        "meshguard",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/webhooks/1/objectSelector\",\"value\":"
            + "{\"matchLabels\":{\"a\":\"b.c_d\"}}}]");
    List<JsonNode> before = configurations();

    Ran unasked = webhook("pause", "--for", "1h", "--hard");
    assertThat(unasked.exitCode()).isEqualTo(2);
    assertThat(unasked.err()).contains("--yes");
    Ran refused = Ran.with("n\n", Map.of(), true, arguments("pause", "--for", "1h", "--hard"));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("[y/N]").contains("nothing was changed");
    assertThat(configurations()).isEqualTo(before);

    Ran pause = Ran.with("y\n", Map.of(), true, arguments("pause", "--for", "1h", "--hard"));
    assertThat(pause.exitCode()).as(pause.err()).isZero();
    assertThat(pause.out())
        .contains("MutatingWebhookConfiguration meshguard is not called any more\n")
        .contains("ValidatingWebhookConfiguration meshguard is not called any more\n");
    awaitRefused(false);
    kubectl("create", "clusterrolebinding", "any", "--clusterrole=view", "--user=jane");
    assertThat(webhook("status").out()).contains("of 4 entries, relaxed: not called\n");
    assertThat(webhook("pause", "--for", "2h", "--hard", "--yes").out()).contains("was not called");
    assertThat(webhook("pause", "--for", "2h").exitCode()).isZero();
    assertThat(kubectl("get", "cm", "meshguard-pause", "-o", "jsonpath={.data.hard}"))
        .as("a soft pause over a hard one")
        .isEqualTo("true");

    Ran resume = webhook("resume");
    assertThat(resume.exitCode()).as(resume.err()).isZero();
    assertThat(resume.out()).contains("MutatingWebhookConfiguration meshguard is called again\n");
    assertThat(configurations()).isEqualTo(before);
    awaitRefused(true);
  }

  @Test
  void whatSomebodyElseWroteMeanwhileIsLeftAlone() throws Exception {
    List<JsonNode> before = configurations();
    webhook("pause", "--for", "1h", "--hard", "--yes");
    kubectl(
        "patch",
        "mutatingwebhookconfiguration",
        "meshguard",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/webhooks/0/objectSelector\",\"value\":"
            + "{\"matchLabels\":{\"by\":\"hand\"}}},"
            + "{\"op\":\"replace\",\"path\":\"/webhooks/0/timeoutSeconds\",\"value\":7}]");

    webhook("resume");

    List<JsonNode> after = configurations();
    assertThat(after.get(0).at("/webhooks/0/objectSelector/matchLabels/by").asText())
        .isEqualTo("hand");
    assertThat(after.get(0).at("/webhooks/0/timeoutSeconds").asInt()).isEqualTo(7);
    assertThat(after.get(0).at("/webhooks/1")).isEqualTo(before.get(0).at("/webhooks/1"));
    assertThat(after.get(1)).isEqualTo(before.get(1));
    kubectl(
        "patch",
        "mutatingwebhookconfiguration",
        "meshguard",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/webhooks/0/objectSelector\",\"value\":{}},"
            + "{\"op\":\"replace\",\"path\":\"/webhooks/0/timeoutSeconds\",\"value\":1}]");
  }

  @Test
  void whoKeepsTheConfigurationIsNamedFirst() throws Exception {
    String label = "kustomize.toolkit.fluxcd.io/name";
    kubectl("label", "validatingwebhookconfiguration", "meshguard", label + "=platform");

    Ran pause = webhook("pause", "--for", "1h", "--hard");

    assertThat(pause.err())
        .startsWith(
            "meshguard: ValidatingWebhookConfiguration meshguard is kept in Git, which would"
                + " revert the change; suspend that first: flux suspend kustomization platform\n");
    kubectl("label", "validatingwebhookconfiguration", "meshguard", label + "-");
  }

  /** Returns both configurations without what counts and dates writes. */
  private static List<JsonNode> configurations() throws Exception {
    List<JsonNode> configurations = new ArrayList<>();
    for (JsonNode item : JSON.readTree(kubectl("get", WEBHOOKS, "-o", "json")).path("items")) {
      ObjectNode metadata = (ObjectNode) item.path("metadata");
      metadata.remove(List.of("resourceVersion", "generation"));
      configurations.add(item);
    }
    assertThat(configurations).hasSize(2);
    return configurations;
  }

  /** An API server takes notice of webhooks a moment after they are written. */
  private static void awaitRefused(boolean wanted) throws Exception {
    Kubectl.Result result = new Kubectl.Result(-1, "", "");
    for (int tries = 0; tries < 100; tries++) {
      result =
          cluster
              .kubectl()
              .run("create", "service", "clusterip", "shop", "--tcp=80", "--dry-run=server");
      if ((result.exitCode() != 0) == wanted) {
        break;
      }
      Thread.sleep(100);
    }
    assertThat(result.exitCode() != 0).as(result.stderr()).isEqualTo(wanted);
    if (wanted) {
      assertThat(result.stderr()).contains("failed calling webhook");
    }
  }

  private static String kubectl(String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("-n", "meshguard"));
    line.addAll(List.of(arguments));
    Kubectl.Result result = cluster.kubectl().run(line.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    return result.stdout();
  }

  private static Ran webhook(String... arguments) {
    return Ran.of(arguments(arguments));
  }

  private static String[] arguments(String... arguments) {
    List<String> line = new ArrayList<>(List.of("webhook"));
    line.addAll(List.of(arguments));
    line.add("--kubeconfig=" + cluster.kubeconfig());
    return line.toArray(String[]::new);
  }
}
