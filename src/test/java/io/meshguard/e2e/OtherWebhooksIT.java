package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshguard.controlplane.Kubectl;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Meshguard among others who change objects: whatever they do, it comes to rest. */
@OnRealCluster
final class OtherWebhooksIT {

  /** Names of webhook configurations that are called before and after ours. */
  private static final String BEFORE = "a-other";

  private static final String AFTER = "z-other";

  private static final String NOTHING = "";

  private final Live live;

  OtherWebhooksIT(Live live) {
    this.live = live;
  }

  @ParameterizedTest
  @ValueSource(strings = {BEFORE, AFTER})
  void somebodyAddsTheLabelAgainThatWeTakeAway(String other) throws Exception {
    live.policy("injection-label-ignored: fix\nconflicting-injection-labels: fix");
    String name = "kyverno-" + other;
    String manifest =
        Manifests.namespace(name)
            .replace("  labels:\n", "  labels:\n    " + OtherWebhook.LABEL + ": " + other + "\n")
            .replace("    istio-injection: enabled\n", "");
    Function<JsonNode, String> enable =
        namespace ->
            namespace.at("/metadata/labels/istio-injection").asText().equals("enabled")
                ? NOTHING
                : """
                [{"op":"add","path":"/metadata/labels/istio-injection","value":"enabled"}]\
                """;
    try (OtherWebhook webhook = OtherWebhook.start(live, other, "", "namespaces", enable)) {
      awaitCalled(webhook, manifest);

      Kubectl.Result created = live.kubectl(manifest, "apply");
      JsonNode stored = live.stored("Namespace", "", name);
      Kubectl.Result again = live.kubectl(manifest, "apply");

      assertTaken(created, again);
      assertThat(created.stderr())
          .contains("fixed: replaced istio-injection by istio.io/rev=1-24-3");
      assertThat(live.stored("Namespace", "", name)).isEqualTo(stored);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BEFORE, AFTER})
  void somebodyAddsContainersToPods(String other) throws Exception {
    live.policy(
        "app-starts-before-proxy: fix\ninjection-label-ignored: fix\n"
            + "invalid-proxy-config-annotation: deny");
    String name = "injected-" + other;
    String manifest =
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          namespace: shop
          labels:
            %s: %s
        spec:
          containers:
          - name: app
            image: app:1
        """
            .formatted(name, OtherWebhook.LABEL, other);
    Function<JsonNode, String> inject =
        pod ->
            pod.at("/metadata/annotations/sidecar.istio.io~1status").isTextual()
                ? NOTHING
                : """
                [{"op":"add","path":"/spec/containers/-",
                  "value":{"name":"istio-proxy","image":"proxyv2:1",
                           "args":["proxy","sidecar"]}},
                 {"op":"add","path":"/spec/initContainers",
                  "value":[{"name":"istio-init","image":"proxyv2:1"}]},
                 {"op":"add","path":"/metadata/annotations/sidecar.istio.io~1status",
                   "value":"{\\"revision\\":\\"default\\"}"}]\
                """;
    live.controlPlane().ensureDefaultServiceAccount("shop");
    try (OtherWebhook webhook = OtherWebhook.start(live, other, "", "pods", inject)) {
      awaitCalled(webhook, manifest);

      Kubectl.Result created = live.kubectl(manifest, "apply");
      JsonNode stored = live.stored("Pod", "shop", name);
      Kubectl.Result again = live.kubectl(manifest, "apply");

      assertTaken(created, again);
      assertThat(created.stderr()).isEmpty();
      assertThat(stored.at("/spec/containers")).hasSize(2);
      assertThat(live.stored("Pod", "shop", name)).isEqualTo(stored);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BEFORE, AFTER})
  void somebodyTurnsAFixBackInTheSameRequest(String other) throws Exception {
    live.policy("unreachable-route: fix");
    String name = "turned-" + other;
    String manifest =
        Manifests.with(
            Manifests.shadowed(name), "  labels:\n    " + OtherWebhook.LABEL + ": " + other + "\n");
    Function<JsonNode, String> turn =
        service ->
            service.at("/spec/http/0/match/0/uri/prefix").asText().equals("/api")
                ? NOTHING
                : """
                [{"op":"move","from":"/spec/http/1","path":"/spec/http/0"},
                 {"op":"add","path":"/metadata/labels/turned","value":"true"}]\
                """;
    try (OtherWebhook webhook =
        OtherWebhook.start(live, other, "networking.istio.io", "virtualservices", turn)) {
      awaitCalled(webhook, manifest);

      Kubectl.Result created = live.kubectl(manifest, "apply");
      JsonNode stored = live.stored("VirtualService", "shop", name);
      Kubectl.Result again = live.kubectl(manifest, "apply");

      assertTaken(created, again);
      assertThat(undone(created)).as(created.stderr()).isEqualTo(other.equals(AFTER) ? 1 : 0);
      assertThat(stored.at("/spec/http/0/match/0/uri/prefix").asText())
          .isEqualTo(other.equals(AFTER) ? "/api" : "/api/v2");
      assertThat(live.stored("VirtualService", "shop", name)).isEqualTo(stored);
    }
  }

  @Test
  void aControllerWritesItsObjectBackAgainAndAgain() throws Exception {
    live.policy("unreachable-route: fix");
    String manifest = Manifests.shadowed("written-back");
    live.kubectl(manifest, "apply");
    JsonNode stored = live.stored("VirtualService", "shop", "written-back");
    assertThat(stored.at("/spec/http").findValuesAsText("prefix"))
        .containsExactly("/api/v2", "/api");

    for (int i = 0; i < 3; i++) {
      GenericKubernetesResource own =
          Serialization.unmarshal(manifest, GenericKubernetesResource.class);
      live.client().resource(own).unlock().update();
      Kubectl.Result replaced = live.kubectl(manifest, "replace");

      assertThat(replaced.stderr().lines()).as(replaced.stderr()).hasSize(1);
      JsonNode after = live.stored("VirtualService", "shop", "written-back");
      assertThat(after.at("/spec")).isEqualTo(stored.at("/spec"));
    }
  }

  private void awaitCalled(OtherWebhook webhook, String manifest) throws InterruptedException {
    Await.until(
        "the API server calls the other webhook",
        () -> {
          live.kubectl(manifest, "create", "--dry-run=server");
          return webhook.called();
        });
  }

  /** Whoever undoes a fix is told of once; nobody is refused for it. */
  private static void assertTaken(Kubectl.Result created, Kubectl.Result again) {
    for (Kubectl.Result result : List.of(created, again)) {
      assertThat(result.exitCode()).as(result.stderr()).isZero();
      assertThat(result.stderr().lines()).doesNotHaveDuplicates();
      assertThat(undone(result)).as(result.stderr()).isLessThanOrEqualTo(1);
    }
  }

  private static long undone(Kubectl.Result result) {
    return result.stderr().lines().filter(line -> line.endsWith(" (left unfixed)")).count();
  }
}
