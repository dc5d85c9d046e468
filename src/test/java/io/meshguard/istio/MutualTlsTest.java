package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Workload;
import org.junit.jupiter.api.Test;

final class MutualTlsTest {

  private static final Workload WORKLOAD =
      Workload.of(
              Manifests.object(
                  """
                  apiVersion: v1
                  kind: Pod
                  metadata: {name: a, namespace: shop, labels: {app: a}}
                  spec: {containers: []}
                  """))
          .orElseThrow();

  private static final String ROOT = policy("root", "istio-system", "{mtls: {mode: STRICT}}");

  @Test
  void rootNamespaceIsTheDefault() {
    assertThat(strict(ROOT)).isTrue();
    assertThat(strict(policy("a", "other", "{mtls: {mode: STRICT}}"))).isFalse();
  }

  @Test
  void nearerPolicyWinsAndUnsetDoesNotCount() {
    assertThat(strict(ROOT + policy("ns", "shop", "{mtls: {mode: PERMISSIVE}}"))).isFalse();
    assertThat(strict(ROOT + policy("ns", "shop", "{mtls: {mode: UNSET}}"))).isTrue();
    assertThat(strict(ROOT + policy("ns", "shop", "{}"))).isTrue();
    String own = "{selector: {matchLabels: {app: a}}, mtls: {mode: DISABLE}}";
    assertThat(strict(policy("ns", "shop", "{mtls: {mode: STRICT}}") + policy("own", "shop", own)))
        .isFalse();
  }

  @Test
  void policyOfAnotherWorkloadDoesNotCount() {
    String other = "{selector: {matchLabels: {app: b}}, mtls: {mode: DISABLE}}";
    assertThat(strict(ROOT + policy("other", "shop", other))).isTrue();
  }

  @Test
  void exceptionForAPortMakesItUncertain() {
    String own =
        "{selector: {matchLabels: {app: a}}, mtls: {mode: STRICT}, portLevelMtls: {80: {mode: DISABLE}}}";
    assertThat(strict(policy("own", "shop", own))).isFalse();
  }

  private static boolean strict(String policies) {
    return MutualTls.isStrict(WORKLOAD, Manifests.closed(policies));
  }

  private static String policy(String name, String namespace, String spec) {
    return "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: "
        + name
        + ", namespace: "
        + namespace
        + "}\nspec: "
        + spec
        + "\n";
  }
}
