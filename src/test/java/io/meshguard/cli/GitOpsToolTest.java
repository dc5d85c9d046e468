package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.engine.ObjectManager;
import org.junit.jupiter.api.Test;

final class GitOpsToolTest {

  @Test
  void anApplicationOutsideOfArgoCdsNamespaceIsNamedWithItsOwn() {
    assertThat(GitOpsTool.of(new ObjectManager(ObjectManager.Type.ARGO_CD, "meshguard", "")))
        .contains(
            new GitOpsTool(
                "argocd app set meshguard --sync-policy none",
                "argocd app set meshguard --sync-policy automated --self-heal"));
    assertThat(GitOpsTool.of(new ObjectManager(ObjectManager.Type.ARGO_CD, "mesh", "platform")))
        .map(GitOpsTool::suspend)
        .contains("argocd app set platform/mesh --sync-policy none");
  }

  @Test
  void fluxIsToldWhichOfItsObjectsAndWhere() {
    assertThat(
            GitOpsTool.of(
                new ObjectManager(
                    ObjectManager.Type.FLUX_KUSTOMIZATION, "platform", "flux-system")))
        .contains(
            new GitOpsTool(
                "flux suspend kustomization platform -n flux-system",
                "flux resume kustomization platform -n flux-system"));
    assertThat(
            GitOpsTool.of(new ObjectManager(ObjectManager.Type.FLUX_HELM_RELEASE, "meshguard", "")))
        .map(GitOpsTool::suspend)
        .contains("flux suspend helmrelease meshguard");
  }

  @Test
  void whereNoNameIsKnownThereIsNoCommand() {
    assertThat(GitOpsTool.of(new ObjectManager(ObjectManager.Type.ARGO_CD, "", ""))).isEmpty();
    assertThat(GitOpsTool.of(new ObjectManager(ObjectManager.Type.CONTROLLER, "", ""))).isEmpty();
    assertThat(GitOpsTool.of(new ObjectManager(ObjectManager.Type.NOBODY, "", ""))).isEmpty();
  }
}
