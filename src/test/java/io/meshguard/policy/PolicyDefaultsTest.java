package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.ADVISING;
import static io.meshguard.policy.PolicyFixture.DENYING;
import static io.meshguard.policy.PolicyFixture.OPT_IN;
import static io.meshguard.policy.PolicyFixture.RULES;
import static io.meshguard.policy.PolicyFixture.RUNNING;
import static io.meshguard.policy.PolicyFixture.TODAY;
import static io.meshguard.policy.PolicyFixture.WARNING;
import static io.meshguard.policy.PolicyFixture.in;
import static io.meshguard.policy.PolicyFixture.policy;
import static io.meshguard.policy.PolicyFixture.policyOf;
import static io.meshguard.policy.PolicyFixture.reader;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.engine.Decision;
import io.meshguard.engine.ModeSource;
import io.meshguard.engine.Settings.Gitops;
import io.meshguard.mesh.MeshFacts.Platform;
import io.meshguard.mesh.Version;
import io.meshguard.policy.General.Clusters;
import io.meshguard.policy.General.Disclose;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All defaults, and every key set to something else. */
class PolicyDefaultsTest {

  static final String EVERYTHING =
      """
      language: zh
      contact: "#mesh-help"
      docsUrl: https://docs.example/rules/
      istioVersion: {1-22-4: "1.22.4", default: "1-8-1"}
      kubernetesVersion: "1.30"
      platform: tke
      mesh: {clusters: multi}
      meshNamespaces: [istio-root, istio-system]
      controllers: ["ops-*/canary"]
      announceRouteChanges: warn
      teamLabel: example.com/team
      argoCdNamespace: gitops
      dryRun: enforce
      dryRunEnforceFor: [kustomize-controller, "ci-*"]
      gitops: auto
      ratchet: false
      stamp: false
      selfService: true
      disclose: all
      rulesAsOf: "0.1"
      rules:
        "*": warn
        connection-limit-without-pending-limit: {mode: fix, pendingLimit: 100}
        implicit-retries:
          keepSafe: true
          speak: java
          selector: {matchLabels: {app: shop}}
      overrides:
        - namespaces: ["prod-*"]
          namespaceSelector: {matchLabels: {tier: gold}}
          rules: {implicit-retries: fix}
          language: en
          dryRun: warn
      exemptions:
        - rules: [unreachable-route]
          objects: ["VirtualService/prod/checkout"]
          users: [alice]
          groups: [sre]
          serviceAccounts: ["argocd/*"]
          reason: legacy catch-all
          owner: team-checkout
          expires: 2027-03-31
      """;

  @Test
  void defaults() {
    Policy policy = Policy.defaults(RULES, RUNNING);

    assertThat(policy.enforcement()).isEqualTo(Enforcement.ENFORCE);
    assertThat(policy.exemptions()).isEmpty();
    assertThat(policy.ratchet()).isTrue();
    assertThat(policy.stamp()).isTrue();
    assertThat(policy.gitops()).isEqualTo(Gitops.WARN);
    assertThat(policy.language(in("shop"))).isEqualTo(Language.EN);
    assertThat(policy.dryRunEnforced(in("shop"))).isFalse();
    assertThat(policy.general())
        .isEqualTo(
            new General(
                Language.EN,
                "",
                "",
                new IstioVersion(Optional.empty(), Map.of()),
                Optional.empty(),
                Optional.empty(),
                Clusters.AUTO,
                false,
                List.of(),
                Gitops.WARN,
                true,
                true,
                false,
                Disclose.OWN,
                Set.of("istio-system"),
                Stream.of(
                        "argo-rollouts/argo-rollouts",
                        "flagger-system/flagger",
                        "istio-system/flagger")
                    .map(ServiceAccountGlob::of)
                    .toList(),
                false,
                "app.kubernetes.io/part-of",
                "argocd",
                Optional.empty()));
    assertThat(policy.decide(DENYING, in("shop")))
        .isEqualTo(
            new Decision(
                Mode.DENY,
                Mode.DENY,
                new ModeSource.BuiltIn(),
                Parameters.NONE,
                Optional.empty(),
                List.of()));
    assertThat(policy.explain("shop", Map.of()))
        .containsExactly(
            new Explained(DENYING, Mode.DENY, Mode.DENY, new ModeSource.BuiltIn()),
            new Explained(OPT_IN, Mode.OFF, Mode.OFF, new ModeSource.BuiltIn()),
            new Explained(WARNING, Mode.WARN, Mode.WARN, new ModeSource.BuiltIn()),
            new Explained(ADVISING, Mode.WARN, Mode.WARN, new ModeSource.BuiltIn()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing but a comment\n",
        "---\n",
        "{}",
        "rules:\noverrides:\nexemptions:\nlanguage:\nmesh:\nistioVersion:\ndryRunEnforceFor:\n",
        "istioVersion: auto\nkubernetesVersion: auto\nplatform: auto\nmesh: {clusters: auto}\n",
        "\uFEFFratchet: true\n",
      })
  void anEmptyPolicySaysNothing(String text) {
    Policy policy = policy(text);

    assertThat(policy.general()).isEqualTo(General.DEFAULT);
    assertThat(policy.explain("shop", Map.of()))
        .isEqualTo(Policy.defaults(RULES, RUNNING).explain("shop", Map.of()));
  }

  @Test
  void aConfigMapWithoutDataSaysNothing() {
    Resource empty =
        PolicyFixture.object("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: meshguard-policy}");

    PolicyResult result = reader().read(empty, TODAY);

    assertThat(PolicyFixture.accepted(result).general()).isEqualTo(General.DEFAULT);
    assertThat(result.warnings()).isEmpty();
  }

  @Test
  void everyGeneralKeyIsMapped() {
    General general = policy(EVERYTHING).general();

    assertThat(general)
        .isEqualTo(
            new General(
                Language.ZH,
                "#mesh-help",
                "https://docs.example/rules/",
                new IstioVersion(
                    Optional.empty(),
                    Map.of("1-22-4", Version.of("1.22.4"), "default", Version.of("1.8.1"))),
                Optional.of(Version.of("1.30")),
                Optional.of(Platform.TKE),
                Clusters.MULTI,
                true,
                List.of(new Glob("kustomize-controller"), new Glob("ci-*")),
                Gitops.AUTO,
                false,
                false,
                true,
                Disclose.ALL,
                Set.of("istio-root", "istio-system"),
                List.of(ServiceAccountGlob.of("ops-*/canary")),
                true,
                "example.com/team",
                "gitops",
                Optional.of(Version.of("0.1"))));
    for (var component : General.class.getRecordComponents()) {
      assertThat(read(general, component.getName()))
          .as(component.getName())
          .isNotEqualTo(read(General.DEFAULT, component.getName()));
    }
  }

  private static Object read(General general, String component) {
    try {
      return General.class.getMethod(component).invoke(general);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(component, e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://docs.example, https://docs.example/",
    "https://docs.example/rules, https://docs.example/rules/",
    "https://docs.example/rules/, https://docs.example/rules/",
    "https://docs.example/?rule=, https://docs.example/?rule=",
    "https://docs.example/all#, https://docs.example/all#"
  })
  void theNameOfARuleCanBeAppendedToTheAddressOfItsPage(String written, String read) {
    assertThat(policy("docsUrl: \"" + written + "\"\n").general().docsUrl()).isEqualTo(read);
  }

  @Test
  void everyRuleAndExemptionKeyIsMapped() {
    Policy policy = policy(EVERYTHING);

    Decision warning = policy.decide(WARNING, in("shop"));
    assertThat(warning.mode()).isEqualTo(Mode.FIX);
    assertThat(Language.EN.render(warning.source().message())).isEqualTo("policy.yaml:23");
    assertThat(warning.parameters().integer("pendingLimit")).hasValue(100);
    Decision optIn = policy.decide(OPT_IN, in("shop"));
    assertThat(optIn.mode()).isEqualTo(Mode.WARN);
    assertThat(Language.EN.render(optIn.source().message())).isEqualTo("policy.yaml:22");
    assertThat(optIn.parameters().isTrue("keepSafe")).isTrue();
    assertThat(optIn.parameters().word("speak")).contains("java");
    assertThat(optIn.parameters().at("selector").at("matchLabels", "app").is("shop")).isTrue();
    Exemption exemption = policy.exemptions().get(0);
    assertThat(exemption.rules()).containsExactly("unreachable-route");
    assertThat(exemption.objects()).hasToString("[VirtualService/prod/checkout]");
    assertThat(exemption.users()).containsExactly(new Glob("alice"));
    assertThat(exemption.groups()).containsExactly(new Glob("sre"));
    assertThat(exemption.serviceAccounts()).hasToString("[argocd/*]");
    assertThat(exemption.reason()).isEqualTo("legacy catch-all");
    assertThat(exemption.owner()).contains("team-checkout");
    assertThat(exemption.expires()).hasToString("Optional[2027-03-31]");
    assertThat(exemption.place().line()).isEqualTo("policy.yaml:35");
  }

  @Test
  void togglesAndEnforcementAreMapped() {
    Policy policy =
        policyOf(
            """
            unreachable-route: "off"
            implicit-retries: deny
            connection-limit-without-pending-limit: fix
            host-outside-mesh: "deny\\n"
            enforcement: warn
            """);

    List<Mode> modes = new ArrayList<>();
    for (RuleInfo rule : RULES) {
      modes.add(policy.decide(rule, in("shop")).configured());
    }
    assertThat(modes).containsExactly(Mode.OFF, Mode.DENY, Mode.FIX, Mode.DENY);
    assertThat(policy.enforcement()).isEqualTo(Enforcement.WARN);
    assertThat(Language.EN.render(policy.decide(OPT_IN, in("shop")).source().message()))
        .isEqualTo("toggle implicit-retries");
  }

  @Test
  void oneVersionCountsForEveryRevision() {
    IstioVersion version = policy("istioVersion: \"1.24.3\"").general().istioVersion();

    assertThat(version).isEqualTo(new IstioVersion(Optional.of(Version.of("1.24.3")), Map.of()));
    assertThat(version.auto()).isFalse();
    assertThat(IstioVersion.AUTO.auto()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.24", "v1.24.3", "1.30.2-tke.4", "1-8-1", "1.24-alpha", "1.24.0-rc.1+x_y"})
  void versionsAsPeopleWriteThem(String version) {
    assertThat(policy("kubernetesVersion: \"" + version + "\"").general().kubernetesVersion())
        .contains(Version.of(version));
  }
}
