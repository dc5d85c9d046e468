package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.meshguard.controlplane.Kubectl;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What happens while the server is down, and what it knows when it is back. */
@OnRealCluster
final class RestartIT {

  private final Live live;

  RestartIT(Live live) {
    this.live = live;
  }

  @Test
  void theAcceptedPolicySurvivesWhatBecomesOfItWhileTheServerIsDown() throws Exception {
    live.policy("unreachable-route: deny");
    Await.until(
        "the accepted policy is stored", () -> "deny".equals(accepted("unreachable-route")));

    live.server().end();
    aServerThatIsDownLetsObjectsThrough();
    Kubectl.Result edit = patchPolicy("{\"data\":{\"unreachable-route\":\"dney\"}}");
    assertThat(edit.exitCode()).as("nobody is there to refuse it: " + edit.stderr()).isZero();
    live.server().startAgain();
    assertDenies("an invalid policy");
    assertThat(live.server().readiness().path("policy").asText()).isEqualTo("LAST_GOOD");
    assertThat(live.server().readiness().path("policyProblems").asText())
        .contains("unreachable-route")
        .contains("dney");

    assertThat(live.run(Live.NAMESPACE, "delete", "configmap", Live.POLICY).exitCode()).isZero();
    Await.until("the deletion is seen", () -> policyState().equals("DELETED"));
    assertDenies("a deleted policy");

    live.server().end();
    live.server().startAgain();
    assertThat(policyState()).isEqualTo("DELETED");
    assertDenies("a deleted policy, after a restart");
    assertThat(accepted("unreachable-route")).isEqualTo("deny");
  }

  private void aServerThatIsDownLetsObjectsThrough() throws Exception {
    live.applied(Manifests.shadowed("through"));
    assertThat(live.stored("VirtualService", "shop", "through").isMissingNode()).isFalse();
    live.applied(Manifests.deployment("shop", "through"));
  }

  /** The API server takes notice of the certificate of a new process a moment later. */
  private void assertDenies(String why) throws Exception {
    String manifest = Manifests.shadowed("restarted");
    Await.until(
        "the API server calls the webhook",
        () ->
            live.kubectl(manifest, "apply", "--dry-run=server")
                .stderr()
                .startsWith("Warning: would be denied: [unreachable-route]"));
    Kubectl.Result apply = live.kubectl(manifest, "apply");
    assertThat(apply.exitCode()).as(why).isEqualTo(1);
    assertThat(apply.stderr())
        .contains("unreachable-route: denied by toggle unreachable-route in ConfigMap");
  }

  private Kubectl.Result patchPolicy(String patch) throws Exception {
    return live.run(
        Live.NAMESPACE, "patch", "configmap", Live.POLICY, "--type", "merge", "-p", patch);
  }

  private String policyState() throws Exception {
    return live.server().readiness().path("policy").asText();
  }

  private String accepted(String key) {
    ConfigMap stored =
        live.client()
            .configMaps()
            .inNamespace(Live.NAMESPACE)
            .withName("meshguard-policy-accepted")
            .get();
    return Optional.ofNullable(stored)
        .map(ConfigMap::getData)
        .orElse(Map.of())
        .getOrDefault(key, "");
  }
}
