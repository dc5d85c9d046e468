package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.istio.TrafficPolicies.Level;
import io.meshguard.mesh.Manifests;
import org.junit.jupiter.api.Test;

final class TrafficPoliciesTest {

  private static final TrafficPolicies POLICIES =
      TrafficPolicies.of(
          Manifests.object(
              """
              apiVersion: networking.istio.io/v1
              kind: DestinationRule
              metadata: {name: a}
              spec:
                host: a
                trafficPolicy:
                  tls: {mode: DISABLE}
                  outlierDetection: {interval: 1s}
                  portLevelSettings:
                  - port: {number: 80}
                    tls: {mode: SIMPLE}
                  - port: {number: 80}
                    tls: {mode: MUTUAL}
                  - port: {name: http}
                subsets:
                - name: none
                - name: first
                  trafficPolicy:
                    loadBalancer: {simple: RANDOM}
                    tls: {mode: ISTIO_MUTUAL}
                - name: second
                  trafficPolicy:
                    portLevelSettings:
                    - port: {number: 90}
                      loadBalancer: {simple: RANDOM}
              """));

  @Test
  void portEntryInheritsNothingAndTheFirstCounts() {
    assertThat(effective(POLICIES.top(), "tls", 80))
        .isEqualTo("/spec/trafficPolicy/portLevelSettings/0/tls");
    assertThat(POLICIES.effective(POLICIES.top(), "outlierDetection", 80).isMissing()).isTrue();
    assertThat(effective(POLICIES.top(), "tls", 81)).isEqualTo("/spec/trafficPolicy/tls");
    assertThat(effective(POLICIES.top(), "tls", TrafficPolicies.OTHER_PORTS))
        .isEqualTo("/spec/trafficPolicy/tls");
  }

  @Test
  void subsetInheritsEachComponentThatItDoesNotSet() {
    Level first = POLICIES.subsets().get(0);
    assertThat(effective(first, "tls", 80)).isEqualTo("/spec/subsets/1/trafficPolicy/tls");
    assertThat(effective(first, "outlierDetection", 81))
        .isEqualTo("/spec/trafficPolicy/outlierDetection");
    assertThat(POLICIES.effective(first, "outlierDetection", 80).isMissing()).isTrue();
    assertThat(effective(first, "loadBalancer", 80))
        .isEqualTo("/spec/subsets/1/trafficPolicy/loadBalancer");
  }

  @Test
  void portEntryOfASubsetInheritsNothingEither() {
    Level second = POLICIES.subsets().get(1);
    assertThat(effective(second, "loadBalancer", 90))
        .isEqualTo("/spec/subsets/2/trafficPolicy/portLevelSettings/0/loadBalancer");
    assertThat(POLICIES.effective(second, "tls", 90).isMissing()).isTrue();
    assertThat(effective(second, "tls", 80))
        .isEqualTo("/spec/trafficPolicy/portLevelSettings/0/tls");
  }

  @Test
  void subsetsWithoutAPolicyAreLeftOut() {
    assertThat(POLICIES.subsets()).hasSize(2);
  }

  private static String effective(Level level, String component, int port) {
    return POLICIES.effective(level, component, port).pointer().toString();
  }
}
