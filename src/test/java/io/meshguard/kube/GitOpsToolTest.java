package io.meshguard.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GitOpsToolTest {

  @Test
  void argoCdIsToldByItsTrackingId() throws Exception {
    assertThat(
            suspend(
                """
                {"annotations":{"argocd.argoproj.io/tracking-id":
                 "meshguard:admissionregistration.k8s.io/ValidatingWebhookConfiguration:argocd/meshguard"}}
                """))
        .contains("argocd app set meshguard --sync-policy none");
    assertThat(
            suspend(
                "{\"annotations\":{\"argocd.argoproj.io/tracking-id\":\"platform_mesh:a/B:c/d\"}}"))
        .contains("argocd app set platform/mesh --sync-policy none");
  }

  @Test
  void argoCdIsToldByItsLabelOrByTheUsualOneWhereItWrote() throws Exception {
    assertThat(suspend("{\"labels\":{\"argocd.argoproj.io/instance\":\"mesh\"}}"))
        .contains("argocd app set mesh --sync-policy none");
    String instance = "\"labels\":{\"app.kubernetes.io/instance\":\"mesh\"}";
    assertThat(suspend("{" + instance + "}")).isEmpty();
    assertThat(suspend("{" + instance + ",\"managedFields\":[{\"manager\":\"helm\"}]}")).isEmpty();
    assertThat(
            suspend("{" + instance + ",\"managedFields\":[{\"manager\":\"argocd-controller\"}]}"))
        .contains("argocd app set mesh --sync-policy none");
  }

  @Test
  void fluxIsToldByItsLabels() throws Exception {
    assertThat(
            suspend(
                """
                {"labels":{"kustomize.toolkit.fluxcd.io/name":"platform",
                 "kustomize.toolkit.fluxcd.io/namespace":"flux-system"}}
                """))
        .contains("flux suspend kustomization platform -n flux-system");
    assertThat(
            keeper(
                """
                {"labels":{"helm.toolkit.fluxcd.io/name":"meshguard",
                 "helm.toolkit.fluxcd.io/namespace":"meshguard"}}
                """))
        .contains(
            new GitOpsTool(
                "flux suspend helmrelease meshguard -n meshguard",
                "flux resume helmrelease meshguard -n meshguard"));
  }

  private static Optional<String> suspend(String metadata) throws Exception {
    return keeper(metadata).map(GitOpsTool::suspend);
  }

  private static Optional<GitOpsTool> keeper(String metadata) throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode object = json.createObjectNode();
    object.set("metadata", json.readTree(metadata));
    return GitOpsTool.of(object);
  }
}
