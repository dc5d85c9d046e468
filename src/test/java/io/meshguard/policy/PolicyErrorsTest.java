package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.TODAY;
import static io.meshguard.policy.PolicyFixture.configMap;
import static io.meshguard.policy.PolicyFixture.lines;
import static io.meshguard.policy.PolicyFixture.object;
import static io.meshguard.policy.PolicyFixture.problems;
import static io.meshguard.policy.PolicyFixture.reader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meshguard.rule.Language;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake, with the exact line, column and words. */
class PolicyErrorsTest {

  private static final String NOT_TEXT =
      "expected a text: put the value in quotes, or YAML reads it as a number, true or false";
  private static final String MODES = "expected off | warn | deny | fix";
  private static final String EXEMPT = "exemptions:\n- rules: [unreachable-route]\n  reason: r\n";
  private static final String OVERRIDE = "overrides:\n- rules: {unreachable-route: warn}\n";

  static Stream<Arguments> general() {
    return Stream.of(
        arguments("- a", "1:1: expected a mapping, with one key: value per line"),
        arguments("text", "1:1: expected a mapping, with one key: value per line"),
        arguments("a: b\n---\nc: d", null),
        arguments(
            "langauge: zh", "1:1: langauge: is not a valid key here; did you mean \"language\"?"),
        arguments("quite-other: 1", "1:1: quite-other: is not a valid key here"),
        arguments(
            "\nenforcement: warn",
            "2:1: enforcement: belongs in data of the ConfigMap, beside policy.yaml"),
        arguments(
            "unreachable-route: deny",
            "1:1: unreachable-route: is a rule: write it below rules, or in data of the ConfigMap"
                + " beside policy.yaml"),
        arguments(
            "language: \"zhh\"",
            "1:1: language: \"zhh\" is not possible here: expected en | zh; did you mean \"zh\"?"),
        arguments("language: no", "1:1: language: expected en | zh"),
        arguments("language: [en]", "1:1: language: expected en | zh"),
        arguments("contact: 7", "1:1: contact: " + NOT_TEXT),
        arguments("contact: {a: b}", "1:1: contact: expected a text"),
        arguments(
            "contact: \"a\\u0007b\"", "1:1: contact: \"a\\u0007b\" contains a control character"),
        arguments("contact: " + "x".repeat(201), "1:1: contact: is longer than 200 characters"),
        arguments(
            "docsUrl: ftp://x",
            "1:1: docsUrl: \"ftp://x\" is not a web address: expected https://..."),
        arguments(
            "docsUrl: https://" + "x".repeat(493), "1:1: docsUrl: is longer than 500 characters"),
        arguments(
            "istioVersion: 1.30",
            "1:1: istioVersion: a version must stand in quotes, or 1.30 is read as the number 1.3"),
        arguments(
            "istioVersion: latest",
            "1:1: istioVersion: \"latest\" is not a version: expected a text such as \"1.24.3\""),
        arguments(
            "istioVersion: {1-22: \"x\"}",
            "1:16: istioVersion.1-22: \"x\" is not a version: expected a text such as \"1.24.3\""),
        arguments(
            "istioVersion: {Not_A: \"1.22\"}",
            "1:16: istioVersion.Not_A: \"Not_A\" is not the name of an Istio revision"),
        arguments("istioVersion: {a: }", "1:16: istioVersion.a: must not be empty"),
        arguments(
            "kubernetesVersion: 1.24.x",
            "1:1: kubernetesVersion: \"1.24.x\" is not a version: expected a text such as"
                + " \"1.24.3\""),
        arguments("kubernetesVersion: \" \"", "1:1: kubernetesVersion: must not be empty"),
        arguments(
            "platform: tek",
            "1:1: platform: \"tek\" is not possible here: expected auto | tke | other; did you mean"
                + " \"tke\"?"),
        arguments("mesh: multi", "1:1: mesh: expected a mapping, with one key: value per line"),
        arguments(
            "mesh: {cluster: multi}",
            "1:8: mesh.cluster: is not a valid key here; did you mean \"clusters\"?"),
        arguments(
            "mesh:\n  clusters: many",
            "2:3: mesh.clusters: \"many\" is not possible here: expected auto | single | multi"),
        arguments(
            "meshNamespaces: istio-system",
            "1:1: meshNamespaces: expected a list, with one \"- value\" per line"),
        arguments(
            "meshNamespaces: [\"istio-*\"]",
            "1:18: meshNamespaces[0]: \"istio-*\" is not the name of a namespace"),
        arguments(
            "dryRun: enforced",
            "1:1: dryRun: \"enforced\" is not possible here: expected warn | enforce; did you mean"
                + " \"enforce\"?"),
        arguments("dryRun: off", "1:1: dryRun: expected warn | enforce"),
        arguments(
            "dryRunEnforceFor: []",
            "1:1: dryRunEnforceFor: the list must not be empty: leave the key out instead"),
        arguments("dryRunEnforceFor: [\"\"]", "1:20: dryRunEnforceFor[0]: must not be empty"),
        arguments("dryRunEnforceFor:\n-\n", "2:2: dryRunEnforceFor[0]: must not be empty"),
        arguments(
            "dryRunEnforceFor: [" + "x".repeat(513) + "]",
            "1:20: dryRunEnforceFor[0]: is longer than 512 characters"),
        arguments("ratchet: \"true\"", "1:1: ratchet: expected true or false"),
        arguments("stamp: 1", "1:1: stamp: expected true or false"),
        arguments("selfService: maybe", "1:1: selfService: expected true or false"),
        arguments("gitops: off", "1:1: gitops: expected warn | auto | fix"),
        arguments(
            "disclose: al",
            "1:1: disclose: \"al\" is not possible here: expected own | all; did you mean"
                + " \"all\"?"),
        arguments(
            "rulesAsOf: 2",
            "1:1: rulesAsOf: a version must stand in quotes, or 1.30 is read as the number 1.3"));
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        arguments("rules: deny", "1:1: rules: expected a mapping, with one key: value per line"),
        arguments(
            "rules:\n  unreachable-rout: deny",
            "2:3: rules.unreachable-rout: no rule has the name \"unreachable-rout\"; did you mean"
                + " \"unreachable-route\"?"),
        arguments(
            "rules: {unreachable-route: dney}",
            "1:9: rules.unreachable-route: \"dney\" is not possible here: "
                + MODES
                + "; did you mean \"deny\"?"),
        arguments("rules: {unreachable-route: on}", "1:9: rules.unreachable-route: " + MODES),
        arguments("rules: {unreachable-route: [off]}", "1:9: rules.unreachable-route: " + MODES),
        arguments(
            "rules: {unreachable-route: }",
            "1:9: rules.unreachable-route: has no mode: give off | warn | deny | fix"),
        arguments(
            "rules: {unreachable-route: {}}",
            "1:9: rules.unreachable-route: has no mode: give off | warn | deny | fix"),
        arguments(
            "rules: {unreachable-route: default}",
            "1:9: rules.unreachable-route: \"default\" is not possible here: " + MODES),
        arguments(
            "rules: {host-outside-mesh: fix}",
            "1:9: rules.host-outside-mesh: rule host-outside-mesh has no automatic fix: use off"
                + " | warn | deny"),
        arguments(
            "rules: {host-outside-mesh: {mode: fix}}",
            "1:29: rules.host-outside-mesh.mode: rule host-outside-mesh has no automatic fix:"
                + " use off | warn | deny"),
        arguments(
            "rules: {\"*\": enforce}",
            "1:9: rules.*: \"enforce\" is not possible here: expected default | off | warn | deny |"
                + " fix"),
        arguments(
            "rules: {\"*\": {mode: warn}}",
            "1:9: rules.*: expected default | off | warn | deny | fix"),
        arguments(
            "rules: {unreachable-route: {mode: deny, pendingLimit: 3}}",
            "1:41: rules.unreachable-route.pendingLimit: is not a valid key here"),
        arguments(
            "rules: {connection-limit-without-pending-limit: {mode: fix, pendingLimi: 3}}",
            "1:61: rules.connection-limit-without-pending-limit.pendingLimi: is not a valid key"
                + " here; did you mean \"pendingLimit\"?"),
        arguments(
            "rules: {connection-limit-without-pending-limit: {pendingLimit: 0}}",
            "1:50: rules.connection-limit-without-pending-limit.pendingLimit: expected a whole"
                + " number from 1 to 2147483647"),
        arguments(
            "rules: {connection-limit-without-pending-limit: {pendingLimit: 2147483648}}",
            "1:50: rules.connection-limit-without-pending-limit.pendingLimit: expected a whole"
                + " number from 1 to 2147483647"),
        arguments(
            "rules: {implicit-retries: {keepSafe: \"yes\"}}",
            "1:28: rules.implicit-retries.keepSafe: expected true or false"),
        arguments(
            "rules: {implicit-retries: {speak: jawa}}",
            "1:28: rules.implicit-retries.speak: \"jawa\" is not possible here: expected java |"
                + " nodejs; did you mean \"java\"?"),
        arguments("rules: {implicit-retries: {selector: {app: shop}}}", null),
        arguments(
            "rules: {implicit-retries: {selector: {matchLabels: {app: 1}}}}",
            "1:53: rules.implicit-retries.selector.matchLabels.app: " + NOT_TEXT));
  }

  static Stream<Arguments> overrides() {
    return Stream.of(
        arguments(
            "overrides: {namespaces: [a]}",
            "1:1: overrides: expected a list, with one \"- value\" per line"),
        arguments(
            "overrides: [prod]",
            "1:13: overrides[0]: expected a mapping, with one key: value per line"),
        arguments(
            "overrides:\n-\n",
            "2:2: overrides[0]: expected a mapping, with one key: value per line"),
        arguments(
            OVERRIDE,
            "2:3: overrides[0]: which namespaces? Give namespaces, namespaceSelector or both"),
        arguments(
            OVERRIDE + "  namespaces: [\"[ab]\"]",
            "3:16: overrides[0].namespaces[0]: \"[ab]\" is not a pattern: only * (any text) and ?"
                + " (any one character) are special"),
        arguments(
            OVERRIDE + "  namespaces: [a]\n  ratchet: false",
            "4:3: overrides[0].ratchet: is not a valid key here"),
        arguments(
            OVERRIDE + "  namespaceSelector: {matchLabels: {}}",
            "3:3: overrides[0].namespaceSelector: give matchLabels with at least one label"),
        arguments(
            OVERRIDE + "  namespaceSelector: {matchLabels: {a: b}, matchExpressions: []}",
            "3:44: overrides[0].namespaceSelector.matchExpressions: is not a valid key here"),
        arguments(
            OVERRIDE + "  namespaceSelector: {matchLabels: {a: }}",
            "3:37: overrides[0].namespaceSelector.matchLabels.a: expected a text"),
        arguments(
            "overrides:\n- namespaces: [a]",
            "2:3: overrides[0]: overrides nothing: give rules, language or dryRun"),
        arguments(
            "overrides:\n- namespaces: [a]\n  language: fr\n  dryRun: no\n  rules: {x: deny}",
            null));
  }

  static Stream<Arguments> exemptions() {
    return Stream.of(
        arguments(
            "exemptions: x", "1:1: exemptions: expected a list, with one \"- value\" per line"),
        arguments(
            "exemptions: [{objects: [VirtualService/a/b], reason: r}]",
            "1:14: exemptions[0]: rules is missing"),
        arguments(
            "exemptions: [{objects: [VirtualService/a/b], rules: [unreachable-route]}]",
            "1:14: exemptions[0]: reason is missing"),
        arguments(
            "exemptions:\n- {objects: [VirtualService/a/b], rules: [unreachable-route], reason:"
                + " \" \"}",
            "2:63: exemptions[0].reason: must not be empty"),
        arguments(
            EXEMPT,
            "2:3: exemptions[0]: exempts everything: give objects, users, groups or"
                + " serviceAccounts; to switch a rule off, set its mode below rules"),
        arguments(
            EXEMPT + "  users: [a]\n  owner: \"\"", "5:3: exemptions[0].owner: must not be empty"),
        arguments(
            EXEMPT + "  users: []",
            "4:3: exemptions[0].users: the list must not be empty: leave the key out instead"),
        arguments(
            "exemptions: [{users: [a], rules: [unreachable_route], reason: r}]",
            "1:35: exemptions[0].rules[0]: no rule has the name \"unreachable_route\"; did you mean"
                + " \"unreachable-route\"?"),
        arguments(
            EXEMPT + "  users: [a]\n  expires: 2027-02-29",
            "5:3: exemptions[0].expires: \"2027-02-29\" is not a date: expected YYYY-MM-DD"),
        arguments(
            EXEMPT + "  users: [a]\n  expires: 20270331",
            "5:3: exemptions[0].expires: " + NOT_TEXT),
        arguments(
            EXEMPT + "  users: [a]\n  expire: 2027-03-31",
            "5:3: exemptions[0].expire: is not a valid key here; did you mean \"expires\"?"),
        arguments(
            EXEMPT + "  objects: [VirtualService]",
            "4:13: exemptions[0].objects[0]: \"VirtualService\" does not name objects: expected"
                + " Kind/namespace/name, or Kind/name where objects have no namespace"),
        arguments(EXEMPT + "  objects: [\"a/b/c/d\", \"*//x\"]", null),
        arguments(
            EXEMPT + "  objects: [VirtualServise/prod/a]",
            "4:13: exemptions[0].objects[0]: no rule checks kind \"VirtualServise\"; did you mean"
                + " \"VirtualService\"?"),
        arguments(
            EXEMPT + "  objects: [VirtualService/a]",
            "4:13: exemptions[0].objects[0]: VirtualService lives in a namespace: expected"
                + " Kind/namespace/name"),
        arguments(
            EXEMPT + "  objects: [Namespace/a/b]",
            "4:13: exemptions[0].objects[0]: Namespace has no namespace: expected Kind/name"),
        arguments(
            EXEMPT + "  objects: [\"VirtualService/{a,b}/c\"]",
            "4:13: exemptions[0].objects[0]: \"VirtualService/{a,b}/c\" is not a pattern: only *"
                + " (any text) and ? (any one character) are special"),
        arguments(
            EXEMPT + "  serviceAccounts: [argocd]",
            "4:21: exemptions[0].serviceAccounts[0]: \"argocd\" does not name service accounts:"
                + " expected namespace/name"));
  }

  @ParameterizedTest
  @MethodSource({"general", "rules", "overrides", "exemptions"})
  void saysWhatIsWrongAndWhere(String policyYaml, String problem) {
    if (problem != null) {
      assertThat(problems(policyYaml)).containsExactly("policy.yaml:" + problem);
    } else {
      assertThat(problems(policyYaml)).hasSizeGreaterThan(1);
    }
  }

  @Test
  void everyMistakeIsToldAtOnce() {
    assertThat(
            problems(
                """
                language: fr
                ratchet: 1
                ratchet: true
                rules:
                  unreachable-rout: deny
                  host-outside-mesh: fix
                overrides:
                - namespaces: ["a[b"]
                  rules: {implicit-retries: loud}
                exemptions:
                - rules: [unreachable-route, unknown]
                  objects: [VirtualService/a]
                  expires: tomorrow
                """))
        .containsExactlyInAnyOrder(
            "policy.yaml:1:1: language: \"fr\" is not possible here: expected en | zh",
            "policy.yaml:3:1: ratchet: is a duplicate key",
            "policy.yaml:5:3: rules.unreachable-rout: no rule has the name \"unreachable-rout\";"
                + " did you mean \"unreachable-route\"?",
            "policy.yaml:6:3: rules.host-outside-mesh: rule host-outside-mesh has no automatic"
                + " fix: use off | warn | deny",
            "policy.yaml:8:16: overrides[0].namespaces[0]: \"a[b\" is not a pattern: only * (any"
                + " text) and ? (any one character) are special",
            "policy.yaml:9:11: overrides[0].rules.implicit-retries: \"loud\" is not possible here: "
                + MODES,
            "policy.yaml:11:30: exemptions[0].rules[1]: no rule has the name \"unknown\"",
            "policy.yaml:12:13: exemptions[0].objects[0]: VirtualService lives in a namespace:"
                + " expected Kind/namespace/name",
            "policy.yaml:13:3: exemptions[0].expires: \"tomorrow\" is not a date: expected"
                + " YYYY-MM-DD",
            "policy.yaml:11:3: exemptions[0]: reason is missing");
  }

  @Test
  void togglesOfALiveConfigMap() {
    assertThat(
            lines(
                reader()
                    .read(
                        configMap(
                            """
                            unreachable-rout: deny
                            host-outside-mesh: fix
                            implicit-retries: ""
                            enforcment: warn
                            enforcement: audit
                            language: zh
                            policy.yml: "x"
                            """),
                        TODAY)
                    .problems()))
        .containsExactly(
            "data: unreachable-rout: is neither the name of a rule nor enforcement nor policy.yaml;"
                + " did you mean \"unreachable-route\"?",
            "data: host-outside-mesh: rule host-outside-mesh has no automatic fix: use off |"
                + " warn | deny",
            "data: implicit-retries: \"\" is not possible here: " + MODES,
            "data: enforcment: is neither the name of a rule nor enforcement nor policy.yaml; did"
                + " you mean \"enforcement\"?",
            "data: enforcement: \"audit\" is not possible here: expected enforce | warn | off",
            "data: language: belongs inside policy.yaml, not beside it",
            "data: policy.yml: is neither the name of a rule nor enforcement nor policy.yaml; did"
                + " you mean \"policy.yaml\"?");
  }

  @Test
  void otherDataOfALiveConfigMap() {
    String start = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: meshguard-policy}\n";

    assertThat(
            lines(
                reader().read(object(start + "binaryData: {policy.yaml: eA==}"), TODAY).problems()))
        .containsExactly("data: binaryData: a policy is read from data only; remove binaryData");
    assertThat(lines(reader().read(object(start + "data: [a]"), TODAY).problems()))
        .containsExactly("data: expected a mapping, with one key: value per line");
    assertThat(lines(reader().read(object(start + "data: {policy.yaml: {}}"), TODAY).problems()))
        .containsExactly("data: policy.yaml: " + NOT_TEXT);
  }

  @Test
  void textsThatAreNoYaml() {
    assertThat(problems("rules: {a: b"))
        .singleElement()
        .asString()
        .startsWith("policy.yaml:1:13: cannot be read as YAML: ");
    assertThat(problems("language: en\n\tratchet: true"))
        .singleElement()
        .asString()
        .startsWith("policy.yaml:2:1: cannot be read as YAML: ");
    assertThat(problems("a: *nobody"))
        .containsExactly("policy.yaml:1:4: cannot be read as YAML: unknown alias *nobody");
  }

  @Test
  void aSecondDocument() {
    assertThat(problems("ratchet: true\n---\nratchet: false\n"))
        .containsExactly("policy.yaml:3:1: a policy is one document, but a second one begins here");
  }

  @Test
  void textsMadeToExhaustTheReader() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      String below = "*a" + (i - 1);
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, (below + ", ").repeat(9) + below));
    }
    String smaller =
        "users: &u [" + "a, ".repeat(999) + "a]\nexemptions: [" + "*u, ".repeat(200) + "*u]\n";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(problems(bomb.toString()))
              .singleElement()
              .asString()
              .contains("cannot be read as YAML: expands to more than");
          assertThat(problems(smaller))
              .containsExactly(
                  "policy.yaml:1:1: contains more than 100000 entries, aliases included");
          assertThat(problems("rules: " + "[".repeat(10_000)))
              .singleElement()
              .asString()
              .contains("nested deeper than");
          assertThat(problems("#" + "x".repeat(1024 * 1024)))
              .containsExactly(
                  "policy.yaml:1:1: is larger than 1 MiB, more than a ConfigMap can hold");
        });
  }

  @Test
  void problemsAreCappedAndCounted() {
    List<String> problems = problems("meshNamespaces: [" + "X, ".repeat(149) + "X]");

    assertThat(problems).hasSize(Problems.MOST + 1);
    assertThat(problems.get(Problems.MOST)).isEqualTo("policy.yaml:1:315: 50 more problems");
  }

  @Test
  void textFromUsersIsCutAndEscaped() {
    String key = "x".repeat(300);

    assertThat(problems(key + ": 1"))
        .containsExactly("policy.yaml:1:1: " + "x".repeat(59) + "…: is not a valid key here");
    assertThat(problems("\"a\\u001bb\": 1"))
        .containsExactly("policy.yaml:1:1: a\\u001Bb: is not a valid key here");
  }

  @Test
  void problemsSpeakChinese() {
    Problem problem = reader().readFile("policy.yaml", "language: zz", TODAY).problems().get(0);

    assertThat(problem.line(Language.ZH))
        .isEqualTo("policy.yaml:1:1: language: 此处不能写 \"zz\"：应为 en | zh；您是否想写 \"zh\"？");
    assertThat(problem.text(Language.EN))
        .isEqualTo("language: \"zz\" is not possible here: expected en | zh; did you mean \"zh\"?");
  }
}
