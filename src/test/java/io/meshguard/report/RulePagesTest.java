package io.meshguard.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RulePagesTest {
  @Test
  void pageNamesTheVersionsOnWhichItsSymptomWasSeen() {
    assertThat(RulePages.observed("http10-client"))
        .containsExactly("Istio 1.31, Envoy 1.36.4", "Istio 1.31, Envoy 1.40.0");
    assertThat(RulePages.observed("invalid-proxy-config-annotation"))
        .as("no Envoy has a part in it")
        .containsExactly("Istio 1.31");
    assertThat(RulePages.observed("injection-label-ignored")).containsExactly("Istio 1.31");
    assertThat(RulePages.observed("smart-dns-with-strict-resolver"))
        .as("it cannot be seen")
        .isEmpty();
    assertThat(RulePages.observed("no-such-rule")).isEmpty();
  }
}
