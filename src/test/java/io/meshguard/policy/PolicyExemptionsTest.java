package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.ADVISING;
import static io.meshguard.policy.PolicyFixture.DENYING;
import static io.meshguard.policy.PolicyFixture.OPT_IN;
import static io.meshguard.policy.PolicyFixture.asked;
import static io.meshguard.policy.PolicyFixture.object;
import static io.meshguard.policy.PolicyFixture.policy;
import static io.meshguard.policy.PolicyFixture.policyOf;
import static io.meshguard.policy.PolicyFixture.subject;
import static io.meshguard.policy.PolicyFixture.virtualService;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.engine.Decision;
import io.meshguard.engine.Subject;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyExemptionsTest {

  private static Policy exempting(String criteria) {
    return policy("exemptions:\n- rules: [unreachable-route]\n  reason: r\n" + criteria.indent(2));
  }

  private static boolean exempt(Policy policy, Subject subject) {
    return policy.decide(DENYING, subject).exemption().isPresent();
  }

  private static List<String> notices(Decision decision) {
    return decision.notices().stream().map(Language.EN::render).toList();
  }

  @Test
  void namesItsSourceAndReason() {
    Policy policy = exempting("objects: [VirtualService/prod/checkout]");
    Subject subject = subject(virtualService("prod", "checkout", ""));

    assertThat(policy.decide(DENYING, subject).exemption())
        .contains(new Decision.Exemption("policy.yaml:2", "r"));
    assertThat(policy.decide(ADVISING, subject).exemption()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "VirtualService/prod/checkout, true",
    "VirtualService/prod/check*, true",
    "VirtualService/*/checkou?, true",
    "*/prod/*, true",
    "Virtual*/p*d/*, true",
    "VirtualService.networking.istio.io/prod/checkout, true",
    "VirtualService/prod/check, false",
    "VirtualService/pro/checkout, false",
    "DestinationRule/prod/checkout, false",
    "*/*, false",
  })
  void objectsAreMatchedPartByPart(String glob, boolean exempt) {
    Policy policy = exempting("objects: [\"" + glob + "\"]");

    assertThat(exempt(policy, subject(virtualService("prod", "checkout", "")))).isEqualTo(exempt);
  }

  @Test
  void objectsWithoutANamespaceHaveTwoParts() {
    Policy policy =
        policy("exemptions: [{rules: [\"*\"], objects: [\"Namespace/legacy-*\"], reason: r}]");
    Resource legacy = object("apiVersion: v1\nkind: Namespace\nmetadata: {name: legacy-1}");
    Resource other = object("apiVersion: v1\nkind: Namespace\nmetadata: {name: prod}");

    assertThat(policy.decide(ADVISING, subject(legacy)).exemption()).isPresent();
    assertThat(policy.decide(ADVISING, subject(other)).exemption()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "users: [\"al*\"],              alice, dev, true",
    "users: [\"al*\"],              bob,   dev, false",
    "groups: [\"sre-?\"],           bob, sre-1, true",
    "groups: [\"sre-?\"],           bob, sre-12, false",
    "serviceAccounts: [\"argocd/*\"], system:serviceaccount:argocd:app, x, true",
    "serviceAccounts: [\"argocd/*\"], system:serviceaccount:argocd2:app, x, false",
    "serviceAccounts: [\"*/*\"],     alice, x, false",
  })
  void peopleAreMatched(String criteria, String user, String group, boolean exempt) {
    Subject subject = asked(virtualService("a", "b", ""), user, group);

    assertThat(exempt(exempting(criteria), subject)).isEqualTo(exempt);
    assertThat(exempt(exempting(criteria), subject(virtualService("a", "b", "")))).isFalse();
  }

  @Test
  void objectsAndPeopleMustBothMatchAndAnyOfThePeopleWill() {
    Policy policy = exempting("objects: [VirtualService/a/b]\nusers: [alice]\ngroups: [sre]");

    assertThat(exempt(policy, asked(virtualService("a", "b", ""), "alice", "dev"))).isTrue();
    assertThat(exempt(policy, asked(virtualService("a", "b", ""), "bob", "sre"))).isTrue();
    assertThat(exempt(policy, asked(virtualService("a", "b", ""), "bob", "dev"))).isFalse();
    assertThat(exempt(policy, asked(virtualService("a", "c", ""), "alice", "sre"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"2027-03-30, true", "2027-03-31, true", "2027-04-01, false", "2028-01-01, false"})
  void theLastDayStillCounts(LocalDate today, boolean exempt) {
    Policy policy = exempting("objects: [VirtualService/a/b]\nexpires: 2027-03-31");
    Resource object = virtualService("a", "b", "");
    Decision decision =
        policy.decide(DENYING, new Subject(object, Map.of(), Optional.empty(), today));

    assertThat(decision.exemption().isPresent()).isEqualTo(exempt);
    if (exempt) {
      assertThat(decision.notices()).isEmpty();
    } else {
      assertThat(notices(decision))
          .containsExactly(
              "[unreachable-route] the exemption in policy.yaml:2 ended on 2027-03-31 and no longer"
                  + " applies");
    }
  }

  @Test
  void anotherExemptionMakesUpForOneThatIsOver() {
    Policy policy =
        policy(
            """
            exemptions:
            - {rules: [unreachable-route], users: [alice], reason: old, expires: 2020-01-01}
            - {rules: [unreachable-route], objects: ["*/a/*"], reason: new}
            """);
    Decision decision = policy.decide(DENYING, asked(virtualService("a", "b", ""), "alice"));

    assertThat(decision.exemption()).map(Decision.Exemption::reason).contains("new");
    assertThat(decision.notices()).isEmpty();
  }

  @Test
  void annotationsExemptFromWarningsAndFixes() {
    Resource object =
        virtualService("a", "b", "meshguard.io/allow.host-outside-mesh: \" on purpose \"");
    Resource fixed = virtualService("a", "b", "meshguard.io/allow.unreachable-route: x");

    assertThat(policy("").decide(ADVISING, subject(object)).exemption())
        .contains(new Decision.Exemption("meshguard.io/allow.host-outside-mesh", "on purpose"));
    assertThat(policy("").decide(DENYING, subject(object)).exemption()).isEmpty();
    assertThat(policyOf("unreachable-route: fix").decide(DENYING, subject(fixed)).exemption())
        .isPresent();
  }

  @Test
  void annotationsExemptFromDenialsOnlyWithSelfService() {
    Subject subject = subject(virtualService("a", "b", "meshguard.io/allow.unreachable-route: x"));

    Decision without = policy("").decide(DENYING, subject);
    assertThat(without.exemption()).isEmpty();
    assertThat(notices(without))
        .containsExactly(
            "annotation meshguard.io/allow.unreachable-route has no effect: the policy denies"
                + " here and does not allow self-service (selfService)");
    Decision with = policy("selfService: true").decide(DENYING, subject);
    assertThat(with.exemption()).isPresent();
    assertThat(with.notices()).isEmpty();
    Decision capped = policyOf("enforcement: warn").decide(DENYING, subject);
    assertThat(capped.exemption()).isPresent();
  }

  @Test
  void anAnnotationWithoutAReasonIsNotHonoured() {
    Decision decision =
        policy("selfService: true")
            .decide(
                ADVISING,
                subject(virtualService("a", "b", "meshguard.io/allow.host-outside-mesh: \" \"")));

    assertThat(decision.exemption()).isEmpty();
    assertThat(notices(decision))
        .containsExactly(
            "annotation meshguard.io/allow.host-outside-mesh has no effect: its value must be"
                + " the reason");
    assertThat(decision.notices().stream().map(Language.ZH::render))
        .containsExactly("注解 meshguard.io/allow.host-outside-mesh 未生效：请把原因写为它的值");
  }

  @Test
  void whereARuleIsOffNothingIsSaid() {
    Policy policy =
        policy(
            "exemptions: [{rules: [\"*\"], objects: [\"*/*/*\"], reason: r, expires: 2020-01-01}]");
    Policy off =
        policyOf(
            """
            enforcement: "off"
            policy.yaml: |
              exemptions: [{rules: ["*"], objects: ["*/*/*"], reason: r, expires: 2020-01-01}]
            """);
    Subject subject = subject(virtualService("a", "b", ""));

    assertThat(policy.decide(OPT_IN, subject).notices()).isEmpty();
    assertThat(policy.decide(DENYING, subject).notices()).hasSize(1);
    assertThat(off.decide(DENYING, subject).notices()).isEmpty();
  }

  @Test
  void exemptionsThatMatchNoObjectAreUnused() {
    Policy policy =
        policy(
            """
            exemptions:
            - {rules: [unreachable-route], objects: [VirtualService/a/b], reason: used}
            - {rules: [unreachable-route], objects: [VirtualService/a/gone], reason: gone}
            - {rules: [unreachable-route], objects: ["*/a/only-a-rule"], reason: other kind}
            - {rules: [unreachable-route], users: [alice], reason: cannot tell}
            - {rules: ["*"], objects: ["*/a/only-a-rule"], reason: all rules}
            """);
    Resource other =
        object(
            "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n"
                + "metadata: {name: only-a-rule, namespace: a}");

    assertThat(policy.unusedExemptions(List.of(virtualService("a", "b", ""), other)))
        .extracting(Exemption::reason)
        .containsExactly("gone", "other kind");
    assertThat(policy.unusedExemptions(List.of())).hasSize(4);
  }
}
