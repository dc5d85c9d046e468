package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshguard.controlplane.Kubectl;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A rule switched by an edit of the policy ConfigMap, in each way in which people edit. */
@OnRealCluster
final class TogglesIT {

  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final String ENFORCED = "dryRun: enforce\n";

  private final Live live;

  TogglesIT(Live live) {
    this.live = live;
  }

  @Test
  void aToggleByPatchIsInForceAtOnce() throws Exception {
    live.policy("", ENFORCED);
    assertThat(refused()).isFalse();

    Kubectl.Result patch = patch("{\"data\":{\"unreachable-route\":\"deny\"}}");

    assertInForceAtOnce(patch, true);
    assertThat(patch.stdout()).isEqualTo("configmap/meshguard-policy patched\n");
    assertInForceAtOnce(patch("{\"data\":{\"unreachable-route\":null}}"), false);
  }

  @Test
  void aToggleByEditIsInForceAtOnce() throws Exception {
    live.policy("unreachable-route: warn", ENFORCED);
    assertThat(refused()).isFalse();
    Kubectl editing =
        live.controlPlane()
            .kubectl()
            .with("KUBE_EDITOR", "sed -i 's/unreachable-route: warn/unreachable-route: deny/'");

    Kubectl.Result edit = editing.run("-n", Live.NAMESPACE, "edit", "configmap", Live.POLICY);

    assertInForceAtOnce(edit, true);
    assertThat(edit.stdout()).isEqualTo("configmap/meshguard-policy edited\n");
  }

  @Test
  void aToggleByServerSideApplyIsInForceAtOnce() throws Exception {
    live.policy("", ENFORCED);
    String toggle =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: meshguard-policy
          namespace: meshguard
        data:
          unreachable-route: deny
        """;

    Kubectl.Result apply =
        live.kubectl(toggle, "apply", "--server-side", "--field-manager=platform-team");

    assertInForceAtOnce(apply, true);
    assertThat(apply.stdout()).isEqualTo("configmap/meshguard-policy serverside-applied\n");
  }

  @Test
  void whoMayNotEditConfigMapsCannotToggle() throws Exception {
    live.policy("unreachable-route: deny", ENFORCED);
    Kubectl.Result patch =
        live.controlPlane()
            .kubectlAs("jane")
            .run(
                "-n",
                Live.NAMESPACE,
                "patch",
                "configmap",
                Live.POLICY,
                "--type=merge",
                "-p",
                "{\"data\":{\"enforcement\":\"off\"}}");

    assertThat(patch.exitCode()).isEqualTo(1);
    assertThat(patch.stderr())
        .isEqualTo(
            "Error from server (Forbidden): configmaps \"meshguard-policy\" is forbidden: User"
                + " \"jane\" cannot get resource \"configmaps\" in API group \"\" in the namespace"
                + " \"meshguard\"\n");
    assertThat(refused()).isTrue();
  }

  private Kubectl.Result patch(String patch) throws Exception {
    return live.run(
        Live.NAMESPACE, "patch", "configmap", Live.POLICY, "--type", "merge", "-p", patch);
  }

  /** Counts from the end of kubectl, when the person looks up. */
  private void assertInForceAtOnce(Kubectl.Result result, boolean refused) throws Exception {
    Duration took = Await.until("the toggle is in force", () -> refused() == refused);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(result.stderr()).isEmpty();
    assertThat(took).isLessThan(AT_ONCE);
  }

  /** Tells what the API server says of a VirtualService just now. */
  private boolean refused() {
    GenericKubernetesResource shadowed =
        Serialization.unmarshal(Manifests.shadowed("toggled"), GenericKubernetesResource.class);
    try {
      live.client().resource(shadowed).dryRun(true).create();
      return false;
    } catch (KubernetesClientException e) {
      assertThat(e.getMessage()).contains("[unreachable-route]");
      return true;
    }
  }
}
