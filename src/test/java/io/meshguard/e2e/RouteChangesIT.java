package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.controlplane.Kubectl;
import org.junit.jupiter.api.Test;

/** What kubectl shows of an update that moves requests. */
@OnRealCluster
final class RouteChangesIT {

  private static final String GATEWAY =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: announced, namespace: shop}
      spec:
        selector: {istio: announced}
        servers:
        - {port: {number: 80, name: http, protocol: HTTP}, hosts: [announced.example.com]}
      ---
      """;

  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: announced, namespace: shop}
      spec:
        hosts: [announced.example.com]
        gateways: [announced]
        http:
        - match: [{uri: {prefix: /images}}]
          directResponse: {status: 201}
        - match: [{uri: {prefix: /}}]
          directResponse: {status: %d}
      """;

  private final Live live;

  RouteChangesIT(Live live) {
    this.live = live;
  }

  @Test
  void anUpdateSaysOnceWhichRequestsItMoves() throws Exception {
    live.policy("", "announceRouteChanges: warn\n");
    Kubectl.Result created = live.kubectl(GATEWAY + ROUTES.formatted(202), "apply");
    assertThat(created.exitCode()).as(created.stderr()).isZero();
    assertThat(created.stderr()).isEmpty();

    Await.until(
        "the mesh has the Gateway",
        () -> !live.kubectl(ROUTES.formatted(203), "apply", "--dry-run=server").stderr().isEmpty());
    Kubectl.Result moved = live.kubectl(ROUTES.formatted(203), "apply", "--dry-run=server");
    assertThat(moved.stderr())
        .isEqualTo("Warning: this change moves GET / from 202 to 203 (spec.http[1].match[0])\n");
    Kubectl.Result same = live.kubectl(ROUTES.formatted(202), "apply", "--dry-run=server");
    assertThat(same.stderr()).isEmpty();

    live.policy("", "");
    Kubectl.Result silent = live.kubectl(ROUTES.formatted(204), "apply");
    assertThat(silent.stderr()).isEmpty();
    assertThat(silent.stdout())
        .isEqualTo("virtualservice.networking.istio.io/announced configured\n");
  }
}
