package io.meshguard.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.policy.General;
import io.meshguard.resource.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OwnerTest {

  private static final Owner.Marks USUAL = Owner.Marks.of(General.DEFAULT);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          annotations: {argocd.argoproj.io/tracking-id: 'a:apps/Deployment:s/w'} | ARGO_CD_APPLICATION | argocd/a
          annotations: {argocd.argoproj.io/tracking-id: 'n_a:apps/Deployment:s/w'} | ARGO_CD_APPLICATION | n/a
          labels: {app.kubernetes.io/instance: a}, managedFields: [{manager: argocd-controller}] | ARGO_CD_APPLICATION | argocd/a
          labels: {app.kubernetes.io/instance: a} | NONE | ''
          labels: {app.kubernetes.io/instance: a, app.kubernetes.io/part-of: t} | TEAM | t
          labels: {kustomize.toolkit.fluxcd.io/name: k, kustomize.toolkit.fluxcd.io/namespace: f} | FLUX_KUSTOMIZATION | f/k
          labels: {helm.toolkit.fluxcd.io/name: h, helm.toolkit.fluxcd.io/namespace: f} | FLUX_HELM_RELEASE | f/h
          annotations: {meta.helm.sh/release-name: r, meta.helm.sh/release-namespace: p} | HELM_RELEASE | p/r
          labels: {app.kubernetes.io/part-of: t}, annotations: {meta.helm.sh/release-name: r} | HELM_RELEASE | r
          labels: {app.kubernetes.io/part-of: ''} | NONE | ''
          annotations: {argocd.argoproj.io/tracking-id: ''} | NONE | ''
          labels: {app.kubernetes.io/part-of: t, app.kubernetes.io/managed-by: flagger} | TEAM | t
          """)
  void aToolComesBeforeATeam(String metadata, Owner.Type type, String path) {
    Owner owner = Owner.of(object(metadata), USUAL);

    assertThat(owner.type()).isEqualTo(type);
    assertThat(owner.path()).isEqualTo(path);
  }

  @Test
  void thePolicySaysWhichLabelNamesATeamAndWhereArgoCdIs() {
    Owner.Marks marks = new Owner.Marks("team", "gitops");

    assertThat(Owner.of(object("labels: {team: cart, app.kubernetes.io/part-of: t}"), marks))
        .isEqualTo(new Owner(Owner.Type.TEAM, "", "cart"));
    assertThat(Owner.of(object("labels: {argocd.argoproj.io/instance: a}"), marks))
        .isEqualTo(new Owner(Owner.Type.ARGO_CD_APPLICATION, "gitops", "a"));
  }

  @ParameterizedTest
  @CsvSource({
    "annotations: {argocd.argoproj.io/tracking-id: 'n_a:x'}, Application/n/a",
    "labels: {argocd.argoproj.io/instance: a}, Application/argocd/a",
    "labels: {helm.toolkit.fluxcd.io/name: h}, ''",
    "annotations: {argocd.argoproj.io/tracking-id: '../../secrets:x'}, ''",
    "annotations: {argocd.argoproj.io/tracking-id: '..:x'}, ''",
    "annotations: {meta.helm.sh/release-name: r}, ''",
    "labels: {app.kubernetes.io/part-of: t}, ''"
  })
  void onlyAnObjectThatMayBeThereHasAReference(String metadata, String reference) {
    Owner owner = Owner.of(object(metadata), USUAL);

    assertThat(owner.reference().orElse("")).isEqualTo(reference);
    assertThat(owner.reference().flatMap(Owner::parse))
        .isEqualTo(owner.reference().map(text -> owner));
  }

  private static Resource object(String metadata) {
    return Manifests.object(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: w, namespace: s, "
            + metadata
            + "}}");
  }
}
