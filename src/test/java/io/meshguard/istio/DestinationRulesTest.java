package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DestinationRulesTest {

  private static final String OBJECTS =
      """
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: subsets, namespace: shop}
      spec: {host: web, subsets: [{name: a, trafficPolicy: {tls: {mode: DISABLE}}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: policy, namespace: shop}
      spec: {host: WEB.shop.svc.cluster.local, trafficPolicy: {outlierDetection: {interval: 1s}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: elsewhere, namespace: other}
      spec: {host: web.shop.svc.cluster.local, trafficPolicy: {}}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: other-host, namespace: shop}
      spec: {host: api, trafficPolicy: {outlierDetection: {interval: 1s}}}
      """;

  private static final Mesh MESH = Manifests.closed(OBJECTS);
  private static final List<Resource> RULES = Manifests.objects(OBJECTS);

  @Test
  void findsThoseOfAHostHoweverItIsWritten() {
    assertThat(DestinationRules.forHost("web.shop.svc.cluster.local", MESH).items())
        .extracting(Resource::name)
        .containsExactlyInAnyOrder("subsets", "policy", "elsewhere");
  }

  @Test
  void ruleWithoutAPolicyTakesThatOfItsSibling() {
    TrafficPolicies policies = DestinationRules.policies(RULES.get(0), MESH);
    int port = TrafficPolicies.OTHER_PORTS;
    assertThat(policies.inForce(policies.subsets().get(0), "outlierDetection", port).isPresent())
        .isTrue();
    TrafficPolicies own = DestinationRules.policies(RULES.get(2), MESH);
    assertThat(own.inForce(own.top(), "outlierDetection", port).isPresent()).isFalse();
  }
}
