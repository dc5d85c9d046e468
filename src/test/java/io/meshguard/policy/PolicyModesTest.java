package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.ADVISING;
import static io.meshguard.policy.PolicyFixture.DENYING;
import static io.meshguard.policy.PolicyFixture.OPT_IN;
import static io.meshguard.policy.PolicyFixture.TODAY;
import static io.meshguard.policy.PolicyFixture.WARNING;
import static io.meshguard.policy.PolicyFixture.accepted;
import static io.meshguard.policy.PolicyFixture.asked;
import static io.meshguard.policy.PolicyFixture.in;
import static io.meshguard.policy.PolicyFixture.object;
import static io.meshguard.policy.PolicyFixture.policy;
import static io.meshguard.policy.PolicyFixture.policyOf;
import static io.meshguard.policy.PolicyFixture.subject;
import static io.meshguard.policy.PolicyFixture.virtualService;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meshguard.engine.Decision;
import io.meshguard.engine.Subject;
import io.meshguard.mesh.Version;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyModesTest {

  /** Each line adds something stronger than what the one before has. */
  static Stream<Arguments> precedence() {
    String star = "policy.yaml: |\n  rules:\n    \"*\": warn\n";
    String named = star + "    unreachable-route: \"off\"\n";
    String toggle = "unreachable-route: fix\n" + named;
    String first = toggle + "  overrides:\n  - namespaces: [prod]\n    rules: {\"*\": deny}\n";
    String second = first + "  - namespaces: [pro?]\n    rules: {unreachable-route: warn}\n";
    String third = second + "  - namespaces: [\"*\"]\n    rules: {\"*\": \"off\"}\n";
    return Stream.of(
        arguments("unreachable-route: deny", "DENY toggle unreachable-route"),
        arguments("{}", "DENY default"),
        arguments(star, "WARN policy.yaml:2"),
        arguments(named, "OFF policy.yaml:3"),
        arguments(toggle, "FIX toggle unreachable-route"),
        arguments(first, "DENY policy.yaml:6"),
        arguments(second, "WARN policy.yaml:8"),
        arguments(third, "OFF policy.yaml:10"));
  }

  @ParameterizedTest
  @MethodSource("precedence")
  void strongerBeatsWeaker(String data, String expected) {
    Decision decision = policyOf(data).decide(DENYING, in("prod"));

    assertThat(decision.mode() + " " + Language.EN.render(decision.source().message()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("precedence")
  void explainSaysWhatDecideDoes(String data, String expected) {
    Explained explained = policyOf(data).explain("prod", Map.of()).get(0);

    assertThat(explained.mode() + " " + Language.EN.render(explained.source().message()))
        .isEqualTo(expected);
    assertThat(explained.source().isBuiltIn()).isEqualTo(expected.endsWith("default"));
  }

  @ParameterizedTest
  @CsvSource({
    "enforce, OFF, OFF", "enforce, WARN, WARN", "enforce, DENY, DENY", "enforce, FIX, FIX",
    "warn,    OFF, OFF", "warn,    WARN, WARN", "warn,    DENY, WARN", "warn,    FIX, WARN",
    "off,     OFF, OFF", "off,     WARN, OFF", "off,     DENY, OFF", "off,     FIX, OFF",
  })
  void enforcementCapsTogglesAndOverrides(String cap, Mode configured, Mode mode) {
    String word = "\"" + configured.text() + "\"";
    String enforcement = "enforcement: \"" + cap + "\"\n";
    String toggle = enforcement + "unreachable-route: " + word;
    String override =
        enforcement
            + "policy.yaml: |\n  overrides:\n  - namespaces: [prod]\n"
            + "    rules: {unreachable-route: "
            + word
            + "}\n";

    for (String data : List.of(toggle, override)) {
      Decision decision = policyOf(data).decide(DENYING, in("prod"));
      assertThat(decision.configured()).isEqualTo(configured);
      assertThat(decision.mode()).isEqualTo(mode);
      assertThat(policyOf(data).explain("prod", Map.of()).get(0).mode()).isEqualTo(mode);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "default, DENY, OFF,  WARN, WARN",
    "'off',   OFF,  OFF,  OFF,  OFF",
    "off,     OFF,  OFF,  OFF,  OFF",
    "warn,    WARN, WARN, WARN, WARN",
    "deny,    DENY, DENY, DENY, DENY",
    "fix,     FIX,  OFF,  FIX,  WARN",
  })
  void starSetsAllRulesButSwitchesNoFixOnUnasked(
      String word, Mode denying, Mode optIn, Mode warning, Mode advising) {
    Policy policy = policy("rules: {\"*\": " + word + "}");

    assertThat(policy.explain("", Map.of()).stream().map(Explained::mode))
        .containsExactly(denying, optIn, warning, advising);
  }

  @Test
  void starDefaultInAnOverrideLeadsBackToEachRulesOwnMode() {
    Policy policy =
        policyOf(
            """
            unreachable-route: warn
            policy.yaml: |
              overrides:
              - {namespaces: [legacy], rules: {"*": default}}
            """);

    assertThat(policy.decide(DENYING, in("legacy")).mode()).isEqualTo(Mode.DENY);
    assertThat(Language.EN.render(policy.decide(DENYING, in("legacy")).source().message()))
        .isEqualTo("policy.yaml:2");
    assertThat(Language.EN.render(policy.decide(ADVISING, in("legacy")).source().message()))
        .isEqualTo("default");
    assertThat(policy.decide(DENYING, in("shop")).mode()).isEqualTo(Mode.WARN);
  }

  @Test
  void parametersAreKeptWhereOnlyTheModeChanges() {
    Policy policy =
        policyOf(
            """
            implicit-retries: warn
            policy.yaml: |
              rules:
                implicit-retries: {mode: fix, keepSafe: true, speak: java}
              overrides:
              - namespaces: [prod]
                rules: {implicit-retries: {speak: nodejs}}
            """);

    Decision outside = policy.decide(OPT_IN, in("shop"));
    assertThat(outside.mode()).isEqualTo(Mode.WARN);
    assertThat(outside.parameters().word("speak")).contains("java");
    Decision inside = policy.decide(OPT_IN, in("prod"));
    assertThat(inside.mode()).isEqualTo(Mode.WARN);
    assertThat(Language.EN.render(inside.source().message())).isEqualTo("toggle implicit-retries");
    assertThat(inside.parameters().word("speak")).contains("nodejs");
    assertThat(inside.parameters().isTrue("keepSafe")).isTrue();
  }

  @Test
  void overridesCoverNamespacesByNameAndLabels() {
    Policy policy =
        policy(
            """
            overrides:
            - namespaces: [a, "b-*"]
              namespaceSelector: {matchLabels: {tier: gold, zone: eu}}
              rules: {unreachable-route: warn}
            """);
    Map<String, String> gold = Map.of("tier", "gold", "zone", "eu", "more", "x");

    assertThat(policy.explain("a", gold).get(0).mode()).isEqualTo(Mode.WARN);
    assertThat(policy.explain("b-1", gold).get(0).mode()).isEqualTo(Mode.WARN);
    assertThat(policy.explain("c", gold).get(0).mode()).isEqualTo(Mode.DENY);
    assertThat(policy.explain("a", Map.of("tier", "gold")).get(0).mode()).isEqualTo(Mode.DENY);
    Subject labelled = new Subject(virtualService("a", "shop", ""), gold, Optional.empty(), TODAY);
    assertThat(policy.decide(DENYING, labelled).mode()).isEqualTo(Mode.WARN);
    assertThat(policy.decide(DENYING, in("a")).mode()).isEqualTo(Mode.DENY);
  }

  @Test
  void aNamespaceIsInItselfAndAClusterScopedObjectIsNowhere() {
    Policy policy = policy("overrides: [{namespaces: [\"*\"], rules: {\"*\": deny}}]");
    Resource namespace = object("apiVersion: v1\nkind: Namespace\nmetadata: {name: prod}");
    Resource node = object("apiVersion: v1\nkind: Node\nmetadata: {name: prod}");

    assertThat(policy.decide(ADVISING, subject(namespace)).mode()).isEqualTo(Mode.DENY);
    assertThat(policy.decide(ADVISING, subject(node)).mode()).isEqualTo(Mode.WARN);
  }

  @Test
  void languageAndDryRunHoldByNamespace() {
    Policy policy =
        policy(
            """
            language: zh
            dryRun: enforce
            overrides:
            - {namespaces: ["prod-*"], language: en, dryRun: warn}
            - {namespaces: ["prod-eu"], rules: {unreachable-route: warn}}
            - {namespaces: ["prod-cn"], language: zh, dryRun: enforce}
            """);

    assertThat(policy.language(in("shop"))).isEqualTo(Language.ZH);
    assertThat(policy.dryRunEnforced(in("shop"))).isTrue();
    assertThat(policy.language(in("prod-eu"))).isEqualTo(Language.EN);
    assertThat(policy.dryRunEnforced(in("prod-eu"))).isFalse();
    assertThat(policy.language(in("prod-cn"))).isEqualTo(Language.ZH);
    assertThat(policy.dryRunEnforced(in("prod-cn"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "system:serviceaccount:flux-system:kustomize-controller, true",
    "system:serviceaccount:ci:ci-build-7, true",
    "ci-laptop, true",
    "alice, false",
    "system:serviceaccount:kustomize-controller:default, false",
    "system:serviceaccount:flux-system:helm-controller, false",
  })
  void dryRunsOfSomeRequestersAreEnforced(String user, boolean enforced) {
    Policy policy = policy("dryRunEnforceFor: [kustomize-controller, \"ci-*\"]");

    assertThat(policy.dryRunEnforced(asked(virtualService("shop", "a", ""), user)))
        .isEqualTo(enforced);
    assertThat(policy.dryRunEnforced(in("shop"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // running, rulesAsOf or empty, policy, mode, source
    "0.1, '',  '{}',                            WARN, 'default, new in 0.2'",
    "0.2, '',  '{}',                            WARN, 'default, new in 0.2'",
    "0.2.7, '', '{}',                           WARN, 'default, new in 0.2'",
    "0.3, '',  '{}',                            DENY, default",
    "0.3, 0.1, '{}',                            WARN, 'default, new in 0.2'",
    "0.2, 0.2, '{}',                            DENY, default",
    "0.2, 0.3, '{}',                            DENY, default",
    "0.2, '',  '{\"*\": deny}',                 WARN, 'policy.yaml:2, new in 0.2'",
    "0.2, '',  '{\"*\": \"off\"}',              OFF,  policy.yaml:2",
    "0.2, '',  '{lately: deny}',                DENY, policy.yaml:2",
    "0.2, '',  '{lately: fix}',                 FIX,  policy.yaml:2",
  })
  void aNewRuleOnlyWarnsUntilNamed(
      String running, String asOf, String rules, Mode mode, String source) {
    RuleInfo old = DENYING;
    RuleInfo lately =
        new RuleInfo(
            "lately",
            old.subjects(),
            old.reads(),
            Mode.DENY,
            false,
            old.fixes(),
            old.faq(),
            old.istio(),
            "0.2",
            List.of(),
            false,
            false,
            false,
            false,
            Optional.empty(),
            List.of(),
            List.of());
    String pin = asOf.isEmpty() ? "rulesAsOf:\n" : "rulesAsOf: \"" + asOf + "\"\n";
    Policy policy =
        accepted(
            new PolicyReader(List.of(lately), Version.of(running))
                .readFile("policy.yaml", pin + "rules: " + rules, TODAY));

    Decision decision = policy.decide(lately, in("shop"));
    assertThat(decision.mode()).isEqualTo(mode);
    assertThat(decision.configured()).isEqualTo(mode);
    assertThat(Language.EN.render(decision.source().message())).isEqualTo(source);
  }

  @Test
  void inTheFirstReleaseNothingIsNew() {
    Policy policy = Policy.defaults(PolicyFixture.RULES, Version.of("0.1.4"));

    assertThat(policy.decide(DENYING, in("shop")).mode()).isEqualTo(Mode.DENY);
    assertThat(policy.decide(WARNING, in("shop")).mode()).isEqualTo(Mode.WARN);
  }
}
