package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Manifests;
import io.meshguard.resource.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistryTest {

  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: shop}
      spec: {clusterIP: None}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: shop}
      spec: {hosts: [API.example.com, "*.wild.example.com"], ports: [{number: 443, protocol: TLS}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: other}
      spec: {hosts: [api.example.com], ports: [{number: 80, protocol: HTTP}]}
      """;

  private static final Registry CLOSED = new Registry(Manifests.closed(OBJECTS));
  private static final Registry OPEN = new Registry(Manifests.open(OBJECTS));

  @ParameterizedTest
  @CsvSource({
    "web.shop.svc.cluster.local, TRUE, TRUE",
    "web.shop, FALSE, UNKNOWN",
    "other.shop.svc.cluster.local, FALSE, UNKNOWN",
    "api.example.com, TRUE, TRUE",
    "a.b.wild.example.com, TRUE, TRUE",
    "wild.example.com, FALSE, UNKNOWN",
    "*.example.com, TRUE, TRUE",
    "*.wild.example.com, TRUE, TRUE",
    "*.shop.svc.cluster.local, TRUE, TRUE",
    "*.other.com, FALSE, UNKNOWN",
    "*/*, FALSE, UNKNOWN",
  })
  void knowsWhatIsRegistered(String host, Ternary closed, Ternary open) {
    assertThat(CLOSED.contains(host)).isEqualTo(closed);
    assertThat(OPEN.contains(host)).isEqualTo(open);
  }

  @Test
  void portsAreThoseOfTheServiceElseOfAllEntries() {
    assertThat(OPEN.ports("web.shop.svc.cluster.local").orElseThrow())
        .extracting(ServicePort::number)
        .containsExactly(80);
    assertThat(OPEN.ports("api.example.com").orElseThrow())
        .extracting(ServicePort::number)
        .containsExactlyInAnyOrder(80, 443);
    assertThat(CLOSED.ports("nowhere.shop.svc.cluster.local")).isEmpty();
  }

  @Test
  void serviceNameHasANamespaceAndTheClusterDomain() {
    for (String name :
        new String[] {"web.shop", ".shop.svc.cluster.local", "web..svc.cluster.local"}) {
      assertThat(OPEN.service(name).isAbsent()).as(name).isTrue();
    }
    assertThat(OPEN.service("a.web.shop.svc.cluster.local").isAbsent()).isTrue();
    assertThat(OPEN.service("cart.shop.svc.cluster.local")).isEqualTo(new Lookup.Unknown());
    assertThat(CLOSED.service("cart.shop.svc.cluster.local").isAbsent()).isTrue();
  }

  @Test
  void headlessIsClusterIpNone() {
    assertThat(Registry.isHeadless(OPEN.service("db.shop.svc.cluster.local").found().orElseThrow()))
        .isTrue();
    assertThat(
            Registry.isHeadless(OPEN.service("web.shop.svc.cluster.local").found().orElseThrow()))
        .isFalse();
  }

  @Test
  void hostOfADestinationRuleBelongsToItsNamespace() {
    Resource rule =
        Manifests.object(
            """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: a, namespace: shop}
            spec: {host: Web}
            """);
    assertThat(OPEN.destination(rule)).isEqualTo("web.shop.svc.cluster.local");
  }
}
