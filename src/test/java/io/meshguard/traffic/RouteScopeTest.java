package io.meshguard.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteScopeTest {

  /** Gateways of the VirtualService and matches of the route; where it is, and on which ports. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "any",
      value = {
        "[]; []; true; ''; any; false",
        "[mesh, edge]; []; true; web/edge; any; true",
        "[edge]; []; false; web/edge; ''; true",
        "[edge]; [{gateways: [edge]}]; false; web/edge; ''; true",
        "[mesh, edge]; [{gateways: [web/edge]}]; false; web/edge; ''; true",
        "[mesh, edge]; [{gateways: [mesh], port: 80}]; true; ''; 80; false",
        "[mesh, edge]; [{gateways: [other]}]; false; ''; ''; false",
        "[mesh]; [{port: 80}, {port: 8080}]; true; ''; 80 8080; false",
        "[mesh]; [{port: 80}, {uri: {prefix: /}}]; true; ''; any; false",
        "[edge]; [{port: 80}]; false; web/edge; ''; false",
        "[edge]; [{port: 443}]; false; web/edge; ''; true",
        "[edge]; [{port: nonsense}]; false; web/edge; ''; false",
        "[edge]; [{sourceNamespace: a}]; false; web/edge; ''; false",
        "[edge]; [{sourceLabels: {a: b}, gateways: [edge]}]; false; web/edge; ''; true",
      })
  void whatIstioDecidesItself(
      String gateways,
      String matches,
      boolean inMesh,
      String atGateways,
      String ports,
      boolean surely) {
    Resource object =
        Manifests.object(
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: a, namespace: web}
            spec: {hosts: [a.example.com], gateways: %s, http: [{match: %s}]}
            """
                .formatted(gateways, matches));
    RouteScope scope = RouteScope.of(object);
    Cursor route = RouteKind.HTTP.routes(object).get(0);

    assertThat(scope.inMesh(route)).isEqualTo(inMesh);
    assertThat(String.join(" ", scope.gateways(route))).isEqualTo(atGateways);
    assertThat(scope.meshPorts(route)).isEqualTo(numbers(ports));
    GatewayServer https = new GatewayServer("web/edge", route, 443, GatewayServer.Mode.HTTPS);
    assertThat(scope.surelyAt(route, https)).isEqualTo(surely);
  }

  private static Optional<Set<Integer>> numbers(String ports) {
    return Optional.ofNullable(ports)
        .map(
            text ->
                Arrays.stream(text.split(" "))
                    .filter(one -> !one.isEmpty())
                    .map(Integer::valueOf)
                    .collect(Collectors.toCollection(TreeSet::new)));
  }
}
