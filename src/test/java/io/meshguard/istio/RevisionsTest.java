package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RevisionsTest {

  private static final String BY_REVISION =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingWebhookConfiguration
      metadata: {name: istio-sidecar-injector-canary, labels: {istio.io/rev: canary}}
      webhooks:
      - name: rev.namespace.sidecar-injector.istio.io
        namespaceSelector:
          matchExpressions: [{key: istio.io/rev, operator: In, values: [canary]}]
      """;

  @Test
  void namesAreRevisionsAndTags() {
    Revisions revisions =
        Revisions.of(
            Manifests.closed(
                BY_REVISION
                    + "---\n"
                    + BY_REVISION
                        .replace("canary]", "prod]")
                        .replace("injector-canary", "tag-prod")));
    assertThat(revisions.known()).isTrue();
    assertThat(revisions.names()).containsExactly("canary", "prod");
    assertThat(revisions.only()).isEmpty();
    assertThat(revisions.hasDefault()).isFalse();
    assertThat(revisions.isTag("prod", Optional.of("canary"))).isTrue();
    assertThat(revisions.isTag("prod", Optional.of("other"))).isFalse();
    assertThat(revisions.similarTo("pord")).contains("prod");
  }

  @Test
  void onlyRevisionIsTheOneOfAMeshWithoutDefault() {
    assertThat(Revisions.of(Manifests.closed(BY_REVISION)).only()).contains("canary");
    String withDefault =
        BY_REVISION
            + "- name: namespace.sidecar-injector.istio.io\n"
            + "  namespaceSelector: {matchLabels: {istio-injection: enabled}}\n";
    Revisions revisions = Revisions.of(Manifests.closed(withDefault));
    assertThat(revisions.hasDefault()).isTrue();
    assertThat(revisions.only()).isEmpty();
  }

  @Test
  void aPartialViewIsNotKnown() {
    assertThat(Revisions.of(Manifests.open(BY_REVISION)).known()).isFalse();
    assertThat(Revisions.of(Manifests.closed(foreign("linkerd", "/inject"))).known()).isFalse();
    String conditional = BY_REVISION + "  matchConditions: [{name: a, expression: 'true'}]\n";
    assertThat(Revisions.of(Manifests.closed(conditional)).known()).isFalse();
  }

  @Test
  void managedMeshesAreFoundByPath() {
    assertThat(Revisions.of(Manifests.closed(foreign("istio-tcm", "/inject"))).injectors())
        .hasSize(1);
    assertThat(Revisions.of(Manifests.closed(foreign("istio-tcm", "/mutate"))).injectors())
        .isEmpty();
  }

  private static String foreign(String name, String path) {
    return """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: NAME}
        webhooks:
        - name: injector.example.com
          clientConfig: {service: {name: a, namespace: b, path: PATH}}
        """
        .replace("NAME", name)
        .replace("PATH", path);
  }
}
