package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VirtualServicesTest {

  private static final String OBJECTS =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: root, namespace: shop}
      spec:
        hosts: [Web]
        http: [{delegate: {name: a}}, {delegate: {name: b, namespace: other}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a, namespace: shop}
      spec: {http: [{delegate: {name: b, namespace: other}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: b, namespace: other}
      spec: {hosts: []}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: full-name, namespace: other}
      spec: {hosts: [web.shop.svc.cluster.local], gateways: [gw, mesh]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: gateway, namespace: shop}
      spec: {hosts: [web], gateways: [gw]}
      """;

  private static final List<Resource> ALL = Manifests.objects(OBJECTS);
  private static final Mesh MESH = Manifests.closed(OBJECTS);

  @Test
  void sidecarsUseWhatNamesNoGatewayOrMesh() {
    assertThat(ALL.stream().map(VirtualServices::boundToMesh))
        .containsExactly(true, true, true, true, false);
  }

  @Test
  void othersForAHostAreFoundHoweverTheyWriteIt() {
    assertThat(VirtualServices.othersForMeshHost(ALL.get(0), "web.shop.svc.cluster.local", MESH))
        .extracting(Resource::name)
        .containsExactly("full-name");
  }

  @Test
  void delegateIsFoundFromBothEnds() {
    List<Resource> found =
        ALL.get(0).at("spec", "http").each().stream()
            .flatMap(route -> VirtualServices.delegate(route, ALL.get(0), MESH).found().stream())
            .toList();
    assertThat(found).extracting(Resource::name).containsExactly("a", "b");
    assertThat(VirtualServices.roots(ALL.get(2), MESH).items())
        .extracting(Resource::name)
        .containsExactly("root");
    assertThat(VirtualServices.roots(ALL.get(3), MESH).items()).isEmpty();
    assertThat(ALL.stream().map(VirtualServices::isDelegate))
        .containsExactly(false, true, true, false, false);
  }
}
