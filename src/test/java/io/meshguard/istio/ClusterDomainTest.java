package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import org.junit.jupiter.api.Test;

/** Where the domain of a cluster is read, and what follows for names. */
final class ClusterDomainTest {

  private static final ClusterDomain USUAL = new ClusterDomain("cluster.local", false);

  @Test
  void withoutASourceItIsTheUsualOne() {
    assertThat(ClusterDomain.of(ObjectMesh.empty(MeshFacts.UNKNOWN))).isEqualTo(USUAL);
    assertThat(of("--domain", "$(UNSET)")).isEqualTo(USUAL);
    assertThat(of("--domain")).isEqualTo(USUAL);
  }

  @Test
  void istiodSaysIt() {
    ClusterDomain pasta = new ClusterDomain("pasta.local", true);
    assertThat(of("--domain", "pasta.local")).isEqualTo(pasta);
    assertThat(of("--domain=Pasta.local.")).isEqualTo(pasta);
    assertThat(of("--domain", "$(DOMAIN)")).isEqualTo(pasta);
    assertThat(of("--monitoringAddr=:15014")).isEqualTo(new ClusterDomain("cluster.local", true));
  }

  @Test
  void chartsSayIt() {
    String map =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio-sidecar-injector-1-29, namespace: istio-system}
        data: {values: '{"global": {"proxy": {"clusterDomain": "pasta.local"}}}'}
        """;
    String operator =
        """
        apiVersion: install.istio.io/v1alpha1
        kind: IstioOperator
        metadata: {name: mesh, namespace: istio-system}
        spec: {values: {global: {proxy: {clusterDomain: pasta.local}}}}
        """;
    for (String object : new String[] {map, operator}) {
      assertThat(ClusterDomain.of(Manifests.open(object)))
          .isEqualTo(new ClusterDomain("pasta.local", true));
    }
    String elsewhere = map.replace("istio-system", "shop");
    assertThat(ClusterDomain.of(Manifests.open(elsewhere))).isEqualTo(USUAL);
  }

  @Test
  void proxiesSayItWhereNothingElseDoes() {
    String gateway =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: gateway, namespace: edge}
        spec:
          template:
            spec:
              containers: [{name: istio-proxy, args: [proxy, router, --domain, edge.svc.b.c]}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: other, namespace: edge}
        spec: {containers: [{name: app, args: [--domain, x.svc.d]}]}
        """;
    assertThat(ClusterDomain.of(Manifests.open(gateway))).isEqualTo(new ClusterDomain("b.c", true));
    assertThat(ClusterDomain.of(Manifests.open(gateway + istiod("--domain=a"))))
        .isEqualTo(new ClusterDomain("a", true));
  }

  @Test
  void whereTheyDifferNoFullNameIsKnown() {
    String two = istiod("--domain=a") + istiod("--domain=b").replace("istiod", "istiod-2");
    ClusterDomain domain = ClusterDomain.of(Manifests.open(two));
    assertThat(domain).isEqualTo(new ClusterDomain("", false));

    String service = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\n";
    Mesh mesh =
        new ObjectMesh(Manifests.objects(service), kind -> true, domain.applyTo(MeshFacts.UNKNOWN));
    Registry registry = new Registry(mesh);
    assertThat(registry.service(HostName.resolve("s", "shop", domain.name())).found()).isPresent();
    assertThat(registry.service("s.shop.svc.a")).isInstanceOf(Lookup.Unknown.class);
    assertThat(registry.service("s.shop.svc.cluster.local")).isInstanceOf(Lookup.Unknown.class);
    assertThat(registry.service("t.shop.svc.a")).isInstanceOf(Lookup.Absent.class);
    assertThat(registry.service("s.example.com")).isInstanceOf(Lookup.Absent.class);
  }

  @Test
  void destinationRulesAreFoundUnderTheDomain() {
    String rules =
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: short, namespace: shop}
        spec: {host: s}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: full, namespace: shop}
        spec: {host: s.shop.svc.a, trafficPolicy: {}}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: other, namespace: shop}
        spec: {host: s.shop.svc.cluster.local}
        """;
    Mesh mesh =
        new ObjectMesh(
            Manifests.objects(rules), kind -> true, MeshFacts.UNKNOWN.inDomain("a", true));
    assertThat(DestinationRules.forHost("s.shop.svc.a", mesh).items())
        .extracting(rule -> rule.name())
        .containsExactlyInAnyOrder("short", "full");
  }

  private static ClusterDomain of(String... arguments) {
    return ClusterDomain.of(Manifests.open(istiod(arguments)));
  }

  private static String istiod(String... arguments) {
    return """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: istiod, namespace: istio-system}
        spec:
          template:
            spec:
              containers:
              - name: discovery
                args: [discovery, "%s"]
                env: [{name: DOMAIN, value: pasta.local}]
        """
        .formatted(String.join("\", \"", arguments));
  }
}
