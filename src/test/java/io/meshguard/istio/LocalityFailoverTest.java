package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Resource;
import org.junit.jupiter.api.Test;

final class LocalityFailoverTest {

  private static final String FAILOVER = "{failover: [{from: a, to: b}]}";

  @Test
  void namedForAllControlPlanesOrForSome() {
    assertThat(LocalityFailover.inMeshConfig(Manifests.closed(config("istio", FAILOVER))))
        .isEqualTo(Applicability.EVERYWHERE);
    assertThat(
            LocalityFailover.inMeshConfig(
                Manifests.closed(config("istio", FAILOVER) + config("istio-canary", "{}"))))
        .isEqualTo(Applicability.SOMEWHERE);
    assertThat(
            LocalityFailover.inMeshConfig(
                Manifests.closed(config("istio", "{failoverPriority: [a], enabled: false}"))))
        .isEqualTo(Applicability.NOWHERE);
    assertThat(LocalityFailover.inMeshConfig(Manifests.open(config("istio", "{enabled: true}"))))
        .isEqualTo(Applicability.NOWHERE);
  }

  @Test
  void trafficDistributionComesFirst() {
    Mesh mesh =
        Manifests.closed(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: near, annotations: {networking.istio.io/traffic-distribution: PreferClose}}
            """);
    assertThat(LocalityFailover.mayBeOverridden(service("shop", "{}", "{}"), mesh)).isFalse();
    assertThat(LocalityFailover.mayBeOverridden(service("near", "{}", "{}"), mesh)).isTrue();
    assertThat(
            LocalityFailover.mayBeOverridden(
                service("shop", "{}", "{trafficDistribution: PreferClose}"), mesh))
        .isTrue();
    assertThat(
            LocalityFailover.mayBeOverridden(
                service("shop", "{networking.istio.io/traffic-distribution: Any}", "{}"), mesh))
        .isTrue();
    assertThat(LocalityFailover.mayBeOverridden(service("shop", "{}", "{}"), Manifests.open("")))
        .as("a namespace that is not seen")
        .isTrue();
  }

  @Test
  void nothingBesideADistributionIsAFailover() {
    assertThat(
            LocalityFailover.inMeshConfig(
                Manifests.closed(
                    config(
                        "istio",
                        "{distribute: [{from: a, to: {b: 100}}], failover: [{from: a}]}"))))
        .isEqualTo(Applicability.NOWHERE);
  }

  private static Resource service(String namespace, String annotations, String spec) {
    return Manifests.object(
        "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: "
            + namespace
            + ", annotations: "
            + annotations
            + "}\nspec: "
            + spec);
  }

  private static String config(String name, String locality) {
    return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
        + name
        + ", namespace: istio-system}\ndata:\n  mesh: |\n    localityLbSetting: "
        + locality
        + "\n";
  }
}
