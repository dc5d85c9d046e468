package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshguard.controlplane.Kubectl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The break-glass command, as it is run in the hour of need. */
@OnRealCluster
final class PauseIT {

  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final Live live;

  PauseIT(Live live) {
    this.live = live;
  }

  @BeforeEach
  void denyUnreachableRoutes() throws Exception {
    live.policy("unreachable-route: deny\nimplicit-retries: fix", "dryRun: enforce\n");
    Await.until("denied", this::refused);
  }

  @AfterEach
  void resume() throws Exception {
    webhook("resume");
    live.run(Live.NAMESPACE, "delete", "configmap", "meshguard-pause", "--ignore-not-found");
    Await.until("not paused", () -> live.server().metric("meshguard_paused", "") == 0);
  }

  @Test
  void aPauseIsInForceAtOnceAndSoIsItsEnd() throws Exception {
    String said = webhook("pause", "--for=1h", "--reason=release 42");
    assertThat(Await.until("paused", () -> !refused())).isLessThan(AT_ONCE);
    String until = said.substring("paused until ".length(), said.indexOf(';'));

    String warning =
        "Warning: Meshguard is paused until " + until + ": the object was not checked\n";
    String retried =
        Manifests.virtualService("paused", Manifests.routeWithImplicitRetries("paused"));
    assertThat(live.kubectl(retried, "apply", "--dry-run=server").stderr()).isEqualTo(warning);
    assertThat(live.kubectl(retried, "apply").stderr()).isEqualTo(warning);
    assertThat(live.stored("VirtualService", "shop", "paused").at("/spec/http/0").has("retries"))
        .as("patched")
        .isFalse();
    assertThat(live.server().metric("meshguard_paused", "")).isEqualTo(1);
    assertThat(live.server().metric("meshguard_pause_until_seconds", "")).isPositive();
    assertThat(live.server().readiness().path("pausedUntil").asText()).isEqualTo(until);
    assertThat(live.server().log())
        .contains("paused until " + until + " by \"meshguard-admin\", reason \"release 42\"");

    webhook("resume");
    assertThat(Await.until("refused again", this::refused)).isLessThan(AT_ONCE);
    assertThat(live.server().metric("meshguard_paused", "")).isZero();
    assertThat(live.server().readiness().has("pausedUntil")).isFalse();
    assertThat(live.server().log()).contains("the pause is over, objects are reviewed again");
  }

  @Test
  void aPauseEndsByItself() throws Exception {
    webhook("pause", "--for=5s");
    Await.until("paused", () -> !refused());

    Duration lasted = Await.until("refused again", this::refused);

    assertThat(lasted).isLessThan(Duration.ofSeconds(6));
    Await.until(
        "the end is logged",
        () -> {
          String log = live.server().log();
          return log.lastIndexOf("the pause is over") > log.lastIndexOf("paused until");
        });
  }

  @Test
  void whatIsNoPauseIsRefusedAndWhereItGotInItIsNone() throws Exception {
    String bad =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: meshguard-pause, namespace: meshguard}
        data: {until: tomorrow}
        """;

    Kubectl.Result apply = live.kubectl(bad, "apply");
    assertThat(apply.exitCode()).isEqualTo(1);
    assertThat(apply.stderr())
        .contains(
            "ConfigMap meshguard-pause is not a valid pause: \"until\" is not a time such as"
                + " 2026-03-01T02:00:00Z. Write it with: meshguard webhook pause");

    live.server().end();
    assertThat(live.kubectl(bad, "apply").exitCode()).isZero();
    live.server().startAgain();
    Await.until("refused", this::refused);
    assertThat(live.server().log())
        .contains("ConfigMap meshguard-pause is not a valid pause: \"until\"");
  }

  @Test
  void aHardPauseHelpsWhereTheServerIsGoneAndEverythingFailsClosed() throws Exception {
    live.server().end();
    for (String kind : List.of("mutating", "validating")) {
      Kubectl.Result patch =
          live.run(
              "default",
              "patch",
              kind + "webhookconfiguration",
              "meshguard",
              "--type=json",
              "-p=" + failClosed());
      assertThat(patch.exitCode()).as(patch.stderr()).isZero();
    }
    String before = entries();
    Await.until("fails closed", this::failsClosed);

    String said = webhook("pause", "--for=1h", "--hard", "--yes");
    assertThat(said).contains("ValidatingWebhookConfiguration meshguard is not called any more");
    Await.until("let through", () -> answer().isEmpty());
    webhook("resume");

    assertThat(entries()).isEqualTo(before);
    Await.until("fails closed again", this::failsClosed);
    live.server().startAgain();
    Await.until("refused", this::refused);
  }

  @Test
  void theServerLeavesAHardPauseAloneAndEndsItInTime() throws Exception {
    webhook("pause", "--for=1h", "--hard", "--yes");
    Await.until("not called", () -> answer().isEmpty() && !warned());
    live.server().end();
    live.server().startAgain();
    Await.until(
        "the authority of the new process is written",
        () -> live.server().log().contains("wrote our authority"));
    assertThat(entries()).contains("meshguard.io/paused");

    webhook("pause", "--for=3s");
    Await.until("called again", this::refused);
    assertThat(entries()).doesNotContain("meshguard.io/paused");
    assertThat(live.server().log()).contains("API servers call the webhook configurations");
  }

  private boolean warned() throws Exception {
    return live.kubectl(Manifests.shadowed("probe"), "create", "--dry-run=server")
        .stderr()
        .contains("paused");
  }

  private static String failClosed() {
    return Stream.of(0, 1)
        .map(
            entry ->
                "{\"op\":\"replace\",\"path\":\"/webhooks/%d/failurePolicy\",\"value\":\"Fail\"}"
                    .formatted(entry))
        .toList()
        .toString();
  }

  /** Returns all entries of both configurations, as JSON. */
  private String entries() {
    List<MutatingWebhook> mutating =
        live.client()
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName("meshguard")
            .get()
            .getWebhooks();
    List<ValidatingWebhook> validating =
        live.client()
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withName("meshguard")
            .get()
            .getWebhooks();
    return Serialization.asJson(mutating) + Serialization.asJson(validating);
  }

  private boolean refused() {
    return answer().contains("[unreachable-route]");
  }

  private boolean failsClosed() {
    return answer().contains("failed calling webhook");
  }

  /** Returns why the API server refuses a VirtualService just now; empty if it does not. */
  private String answer() {
    GenericKubernetesResource shadowed =
        Serialization.unmarshal(Manifests.shadowed("probe"), GenericKubernetesResource.class);
    try {
      live.client().resource(shadowed).dryRun(true).create();
      return "";
    } catch (KubernetesClientException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Runs the packaged command, and returns what it says. */
  private String webhook(String... arguments) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                JAR.toString(),
                "io.meshguard.cli.Main",
                "webhook"));
    line.addAll(List.of(arguments));
    line.add("--kubeconfig=" + live.controlPlane().kubeconfig());
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
