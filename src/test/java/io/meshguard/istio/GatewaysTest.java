package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.istio.Gateways.Reference;
import io.meshguard.mesh.Manifests;
import io.meshguard.resource.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GatewaysTest {

  private static final Resource GATEWAY =
      Manifests.object(
          """
          apiVersion: networking.istio.io/v1
          kind: Gateway
          metadata: {name: gw, namespace: edge}
          spec:
            servers:
            - hosts: [All.example.com, "*/star.example.com", ./own.example.com, shop/shop.example.com]
            - tls: {mode: PASSTHROUGH}
              hosts: [tls.example.com]
            - tls: {mode: SIMPLE}
              hosts: ["*.opened.example.com", 7]
          """);

  @ParameterizedTest
  @CsvSource({
    "gw, home, gw",
    "edge/gw, edge, gw",
    "gw.edge, edge, gw",
    "gw.edge.svc.cluster.local, edge, gw",
    "edge/gw.x, edge, gw.x",
  })
  void formsOfReference(String written, String namespace, String name) {
    assertThat(Gateways.reference(written, "home")).contains(new Reference(namespace, name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"./gw", "", "/gw", "edge/"})
  void formsThatIstioRefuses(String written) {
    assertThat(Gateways.reference(written, "home")).isEmpty();
  }

  @Test
  void hostMayBeLimitedToNamespaces() {
    assertThat(Gateways.hosts(GATEWAY, "shop").covers("All.example.com")).isTrue();
    assertThat(Gateways.hosts(GATEWAY, "shop").covers("all.example.com")).isFalse();
    assertThat(Gateways.hosts(GATEWAY, "shop").covers("star.example.com")).isTrue();
    assertThat(Gateways.hosts(GATEWAY, "shop").covers("shop.example.com")).isTrue();
    assertThat(Gateways.hosts(GATEWAY, "shop").covers("own.example.com")).isFalse();
    assertThat(Gateways.hosts(GATEWAY, "edge").covers("own.example.com")).isTrue();
    assertThat(Gateways.hosts(GATEWAY, "edge").covers("shop.example.com")).isFalse();
  }

  @Test
  void passedThroughIsNotOpened() {
    assertThat(Gateways.hosts(GATEWAY, "shop").covers("tls.example.com")).isTrue();
    assertThat(Gateways.openedHosts(GATEWAY, "shop").covers("tls.example.com")).isFalse();
    assertThat(Gateways.openedHosts(GATEWAY, "shop").covers("a.opened.example.com")).isTrue();
  }
}
