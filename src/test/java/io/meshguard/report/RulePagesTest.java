package io.meshguard.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RulePagesTest {
  @Test
  void tellsOnWhichProxiesTrafficWasSeen() {
    assertThat(RulePages.observed("mtls-to-headless-without-sidecar"))
        .containsExactly("Istio 1.31, Envoy 1.36.4", "Istio 1.31, Envoy 1.40.0");
  }

  @Test
  void tellsOnWhichIstioPodsWereCreated() {
    assertThat(RulePages.observed("injection-label-ignored")).containsExactly("Istio 1.31");
    assertThat(RulePages.observed("conflicting-injection-labels")).containsExactly("Istio 1.31");
    assertThat(RulePages.observed("invalid-proxy-config-annotation")).containsExactly("Istio 1.31");
  }

  @Test
  void tellsNothingOfWhatIsNoRule() {
    assertThat(RulePages.observed("no-such-rule")).isEmpty();
  }
}
