package io.meshguard.rules.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A finding that is certain shows no request whose way is not. */
final class WitnessTest {
  private static final String DEAD =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a, namespace: shop}
      spec:
        hosts: [shop.example.com]
        gateways: [gw]
        http:
        - route: [{destination: {host: all}}]
        - match: [{uri: {exact: /}, method: {exact: GET}}]
          route: [{destination: {host: some}}]
      """;

  @Test
  void theWayOfARequestIsShownWhereNobodyElseServesTheHost() {
    assertThat(finding("1.31", DEAD).witness()).isPresent();
  }

  @Test
  void anotherVirtualServiceOfTheHostMayTakeItBeforeTheCatchAll() {
    String other =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: b, namespace: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [gw]
          http:
          - match: [{%s}]
            route: [{destination: {host: other}}]
        """;

    assertThat(finding("1.31", DEAD, other.formatted("scheme: {exact: http}")).witness()).isEmpty();
    assertThat(finding("1.31", DEAD, other.formatted("method: {exact: PUT}")).witness())
        .isPresent();
  }

  @Test
  void aHeaderSentTwiceIsReadOtherwiseByOlderProxies() {
    String twice =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: a, namespace: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [gw]
          http:
          - match: [{withoutHeaders: {x: {prefix: b}}}]
            route: [{destination: {host: one}}]
          - match: [{headers: {x: {prefix: b}}}]
            route: [{destination: {host: two}}]
          - match: [{headers: {x: {prefix: a}}}]
            route: [{destination: {host: three}}]
        """;

    assertThat(finding("1.31", twice).path()).hasToString("/spec/http/2");
    assertThat(finding("1.30", twice).path()).hasToString("/spec/http/2");
    finding("1.30", twice)
        .witness()
        .ifPresent(shown -> assertThat(shown.at("/headers/x").isArray()).isFalse());
  }

  private static Finding finding(String istio, String... objects) {
    List<Resource> all = new ArrayList<>();
    for (String object : objects) {
      all.add(Resource.of(YamlReader.readOne(object).tree(), "shop", Origin.NONE));
    }
    MeshFacts facts =
        new MeshFacts(
            new Versions(Set.of(Version.of(istio)), true),
            Map.of(),
            Versions.UNKNOWN,
            Versions.UNKNOWN,
            MeshFacts.Platform.OTHER,
            false,
            Set.of("istio-system"),
            "cluster.local");
    Mesh mesh = new ObjectMesh(all, kind -> false, facts);
    Report report = new Report(new UnreachableRoute(), all.get(0), Parameters.NONE);
    new UnreachableRoute().check(all.get(0), mesh, report);
    assertThat(report.findings()).hasSize(1);
    return report.findings().get(0);
  }
}
