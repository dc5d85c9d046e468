package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.DataPlaneBinaries;
import io.meshguard.controlplane.IstioCrds;
import io.meshguard.controlplane.Progress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a data plane does on a machine that cannot redirect the TCP of Pods. */
@RequiresDataPlane(sidecars = false)
final class GatewaysAloneIT {
  private static final String REASON = "there is no root here";

  private static final String OBJECTS =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: fronted, namespace: shop}
      spec:
        selector: {istio: fronted}
        servers:
        - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: fronted, namespace: istio-system}
      spec:
        selector: {istio: fronted}
        ports:
        - {name: http, port: 80, targetPort: 80}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: bare, namespace: shop}
      spec:
        selector: {istio: bare}
        servers:
        - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
        - {port: {number: 8080, name: http-2, protocol: HTTP}, hosts: ["*"]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: catalog, namespace: shop}
      spec:
        hosts: ["*"]
        gateways: [fronted, bare]
        http:
        - match: [{uri: {prefix: /v2}}]
          route: [{destination: {host: catalog, subset: v2}}]
        - match: [{uri: {prefix: /v1}}]
          route: [{destination: {host: catalog, subset: v1}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: catalog, namespace: shop}
      spec:
        host: catalog
        subsets:
        - {name: v1, labels: {version: v1}}
        - {name: v2, labels: {version: v2}}
      """;

  @Test
  void gatewaysServeAndSidecarsAreRefusedWithTheReason() throws Exception {
    Progress silent = Progress.silent();
    try (ControlPlane controlPlane =
        ControlPlane.start(
            ControlPlaneBinaries.locate(silent), ControlPlaneOptions.defaults(), silent)) {
      controlPlane.applyCrds(IstioCrds.load(silent).yaml());
      try (DataPlane plane =
          DataPlane.start(
              controlPlane,
              DataPlaneBinaries.locate(silent),
              DataPlane.PLAIN_MESH_CONFIG,
              "",
              Optional.of(REASON),
              silent)) {
        assertThat(plane.withoutSidecars()).contains(REASON);
        World world = World.of(List.of(OBJECTS));
        try (Scene scene = plane.open(world)) {
          for (String gateway : List.of("gateway", "gateway-2")) {
            assertThat(send(scene, gateway, "http://a.example/v1").tries().get(0).pod())
                .isEqualTo("catalog-v1.shop");
            assertThat(send(scene, gateway, "http://a.example/v2").tries().get(0).pod())
                .isEqualTo("catalog-v2.shop");
            Sighting none = send(scene, gateway, "http://a.example/v3");
            assertThat(none.response().status()).isEqualTo(404);
            assertThat(none.log().orElseThrow().flags()).isEqualTo("NR");
          }
          assertThat(send(scene, "gateway-2", "http://a.example:8080/v1").response().status())
              .isEqualTo(200);
          assertThat(send(scene, "gateway", "http://a.example:8080/v1").response().status())
              .as("a port that the Service does not have")
              .isEqualTo(RawResponse.RESET);
        }
        assertThatThrownBy(() -> plane.open(world.with(PodSpec.client("shop", "web"))))
            .hasMessage(REASON);
      }
    }
  }

  private static Sighting send(Scene scene, String gateway, String url) throws Exception {
    URI uri = URI.create(url);
    return scene.throughGateway(
        scene.pod("istio-system", gateway), uri, RawRequest.get(uri.getAuthority(), uri.getPath()));
  }
}
