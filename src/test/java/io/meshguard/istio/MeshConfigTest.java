package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MeshConfigTest {

  @ParameterizedTest
  @CsvSource({
    "istio, istio-system, default",
    "istio-1-29-0, istio-system, 1-29-0",
    "istio, shop, ",
    "istio-ca-root-cert, istio-system, ",
    "istio-ca-crl, istio-system, ",
    "istio-sidecar-injector, istio-system, ",
    "istio-sidecar-injector-canary, istio-system, ",
    "istiod, istio-system, ",
    "other, istio-system, "
  })
  void configMapsCarryItByName(String name, String namespace, String revision) {
    Resource map = configMap(name, namespace, "rootNamespace: mesh-root");
    Mesh mesh = new ObjectMesh(List.of(map), kind -> true, MeshFacts.UNKNOWN);
    assertThat(MeshConfig.isCarrier(map, mesh)).isEqualTo(revision != null);
    if (revision == null) {
      assertThat(MeshConfig.all(mesh)).isEmpty();
    } else {
      assertThat(MeshConfig.all(mesh)).hasSize(1);
      MeshConfig config = MeshConfig.all(mesh).get(0);
      assertThat(config.revision()).isEqualTo(revision);
      assertThat(config.config().at("rootNamespace").text()).contains("mesh-root");
    }
  }

  @Test
  void aTextThatCannotBeReadIsKnownToBeThere() {
    assertThat(MeshConfig.of(configMap("istio", "istio-system", "a: [b")))
        .singleElement()
        .satisfies(config -> assertThat(config.config().isMissing()).isTrue());
    assertThat(MeshConfig.of(configMap("istio", "istio-system", ""))).isEmpty();
  }

  @Test
  void operatorsCarryItEachInItsPlace() {
    Mesh mesh =
        Manifests.open(
            """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            metadata: {name: a, namespace: istio-system}
            spec:
              revision: canary
              meshConfig: {trustDomain: operator}
              values: {meshConfig: {trustDomain: value}}
            ---
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            metadata: {name: b, namespace: istio-system}
            spec: {profile: minimal}
            ---
            apiVersion: sailoperator.io/v1
            kind: Istio
            metadata: {name: default}
            spec:
              meshConfig: {trustDomain: ignored}
              values: {meshConfig: {trustDomain: sail}}
            """);
    assertThat(MeshConfig.all(mesh))
        .extracting(c -> c.revision() + " " + c.config().at("trustDomain").text(""))
        .containsExactly("canary operator", "canary value", "default sail");
  }

  private static Resource configMap(String name, String namespace, String mesh) {
    return Manifests.object(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: NAME, namespace: SPACE}
        data:
          mesh: "TEXT"
        """
            .replace("NAME", name)
            .replace("SPACE", namespace)
            .replace("TEXT", mesh));
  }
}
