package io.meshguard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Requester;
import io.meshguard.resource.Resource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectManagerTest {

  private static final ObjectManager MESH =
      new ObjectManager(ObjectManager.Type.ARGO_CD, "mesh", "");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "annotations: {argocd.argoproj.io/tracking-id: 'mesh:apps/Deployment:shop/web'}",
        "labels: {argocd.argoproj.io/instance: mesh}",
        "labels: {app.kubernetes.io/instance: mesh}, managedFields: [{manager: argocd-controller}]"
      })
  void argoCdIsToldByItsIdByItsLabelOrByTheUsualLabelWhereItWrote(String metadata) {
    assertThat(ObjectManager.of(object(metadata))).isEqualTo(MESH);
    assertThat(MESH.git()).isTrue();
    assertThat(MESH.controller()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "labels: {}",
        "labels: {app.kubernetes.io/instance: mesh}",
        "labels: {app.kubernetes.io/instance: mesh}, managedFields: [{manager: helm}]",
        "labels: {app.kubernetes.io/name: mesh}, managedFields: [{manager: argocd-controller}]",
        "labels: {kustomize.toolkit.fluxcd.io/namespace: flux-system}"
      })
  void whatEveryChartSetsProvesNothing(String metadata) {
    ObjectManager nobody = ObjectManager.of(object(metadata));

    assertThat(nobody).isEqualTo(new ObjectManager(ObjectManager.Type.NOBODY, "", ""));
    assertThat(nobody.git()).isFalse();
  }

  @Test
  void argoCdIsToldByTheUsualLabelWhereItAsks() {
    Resource object = object("labels: {app.kubernetes.io/instance: mesh}");
    String account = "system:serviceaccount:argocd:argocd-application-controller";

    assertThat(ObjectManager.of(object, asking(account))).isEqualTo(MESH);
    assertThat(ObjectManager.of(object, asking("jane")).type())
        .isEqualTo(ObjectManager.Type.NOBODY);
  }

  @Test
  void fluxIsToldByItsLabels() {
    assertThat(
            ObjectManager.of(
                object(
                    "labels: {kustomize.toolkit.fluxcd.io/name: platform,"
                        + " kustomize.toolkit.fluxcd.io/namespace: flux-system}")))
        .isEqualTo(
            new ObjectManager(ObjectManager.Type.FLUX_KUSTOMIZATION, "platform", "flux-system"));
    assertThat(ObjectManager.of(object("labels: {helm.toolkit.fluxcd.io/name: shop}")))
        .isEqualTo(new ObjectManager(ObjectManager.Type.FLUX_HELM_RELEASE, "shop", ""));
  }

  @Test
  void anApplicationOutsideOfArgoCdsNamespaceIsTakenApart() {
    assertThat(
            ObjectManager.of(
                object(
                    "annotations: {argocd.argoproj.io/tracking-id:"
                        + " 'platform_mesh:apps/Deployment:shop/web'}")))
        .isEqualTo(new ObjectManager(ObjectManager.Type.ARGO_CD, "mesh", "platform"));
  }

  @Test
  void aReleaseOfHelmIsNotKeptInGit() {
    String release =
        "annotations: {meta.helm.sh/release-name: shop, meta.helm.sh/release-namespace: prod}";
    ObjectManager helm = ObjectManager.of(object(release));

    assertThat(helm).isEqualTo(new ObjectManager(ObjectManager.Type.HELM_RELEASE, "shop", "prod"));
    assertThat(helm.git()).isFalse();
    assertThat(
            ObjectManager.of(object(release + ", labels: {helm.toolkit.fluxcd.io/name: shop}"))
                .type())
        .isEqualTo(ObjectManager.Type.FLUX_HELM_RELEASE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ownerReferences: [{kind: Canary, name: a, controller: true}]",
        "labels: {gateway.istio.io/managed: istio.io-gateway-controller}",
        "labels: {gateway.networking.k8s.io/gateway-name: shop}",
        "labels: {app.kubernetes.io/managed-by: flagger}",
        "managedFields: [{manager: rollouts-controller}]",
        "labels: {argocd.argoproj.io/instance: mesh}, managedFields: [{manager: flagger}]"
      })
  void aControllerComesBeforeGit(String metadata) {
    ObjectManager manager = ObjectManager.of(object(metadata));

    assertThat(manager.controller()).isTrue();
    assertThat(manager.git()).isFalse();
  }

  private static Optional<Requester> asking(String user) {
    return Optional.of(new Requester(user, Set.of()));
  }

  private static Resource object(String metadata) {
    return Manifests.object(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, "
            + metadata
            + "}}");
  }
}
