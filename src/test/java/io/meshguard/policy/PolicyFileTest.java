package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.ADVISING;
import static io.meshguard.policy.PolicyFixture.DENYING;
import static io.meshguard.policy.PolicyFixture.TODAY;
import static io.meshguard.policy.PolicyFixture.accepted;
import static io.meshguard.policy.PolicyFixture.in;
import static io.meshguard.policy.PolicyFixture.lines;
import static io.meshguard.policy.PolicyFixture.policyYaml;
import static io.meshguard.policy.PolicyFixture.reader;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies in files: where they are found, and where the file says that something is wrong. */
class PolicyFileTest {

  private static final String START =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: meshguard-policy
      data:
      """;

  private static List<String> problems(String text) {
    return lines(reader().readFile("cm.yaml", text, TODAY).problems());
  }

  @Test
  void aBlockScalarTellsBothPlaces() {
    assertThat(
            problems(
                START
                    + """
                      unreachable-route: loud
                      policy.yaml: |-

                        # the platform team's
                        rules:
                          host-outside-mesh: fix
                    """))
        .containsExactly(
            "cm.yaml:6:3: unreachable-route: \"loud\" is not possible here: expected off | warn |"
                + " deny | fix",
            "cm.yaml:11:7 (policy.yaml:4:3): rules.host-outside-mesh: rule host-outside-mesh has"
                + " no automatic fix: use off | warn | deny");
  }

  @Test
  void theSamePolicyLiveTellsThePlaceInPolicyYaml() {
    assertThat(
            lines(
                reader()
                    .read(policyYaml("# first\nrules:\n  host-outside-mesh: fix\n"), TODAY)
                    .problems()))
        .containsExactly(
            "policy.yaml:3:3: rules.host-outside-mesh: rule host-outside-mesh has no automatic"
                + " fix: use off | warn | deny");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  policy.yaml: \"rules:\\n  x: deny\\n\"\n",
        "  policy.yaml: >\n    {rules:\n    {x: deny}}\n",
        "  policy.yaml:\n    \"rules:\\n  x: deny\\n\"\n",
      })
  void aScalarOfAnotherStyleTellsThePlaceOfItsKey(String data) {
    assertThat(problems(START + data))
        .singleElement()
        .asString()
        .startsWith("cm.yaml:6:3 (policy.yaml:");
  }

  @Test
  void windowsLineEndsAndAMistakeInTheYamlItself() {
    String text = START + "  policy.yaml: |\n    ratchet: true\n    rules: {a\n";

    assertThat(problems(text.replace("\n", "\r\n")))
        .singleElement()
        .asString()
        .startsWith("cm.yaml:9:5 (policy.yaml:3:1): cannot be read as YAML: ");
  }

  @Test
  void duplicatesInDataAndInPolicyYaml() {
    assertThat(
            problems(
                START
                    + "  unreachable-route: warn\n  unreachable-route: deny\n  policy.yaml: |\n"
                    + "    stamp: true\n    stamp: false\n"))
        .containsExactly(
            "cm.yaml:7:3: unreachable-route: is a duplicate key",
            "cm.yaml:10:5 (policy.yaml:2:1): stamp: is a duplicate key");
  }

  @Test
  void bareWordsThatAnApiServerWouldRefuse() {
    assertThat(problems(START + "  unreachable-route: off\n"))
        .containsExactly(
            "cm.yaml:6:3: unreachable-route: expected a text: put the value in quotes, or YAML"
                + " reads it as a number, true or false");
  }

  @Test
  void sourcesNameTheLineOfTheFile() {
    Policy policy =
        accepted(
            reader()
                .readFile(
                    "cm.yaml",
                    START + "  policy.yaml: |\n    rules:\n      unreachable-route: off\n",
                    TODAY));

    assertThat(policy.decide(DENYING, in("shop")).mode()).isEqualTo(Mode.OFF);
    assertThat(Language.EN.render(policy.decide(DENYING, in("shop")).source().message()))
        .isEqualTo("cm.yaml:8");
  }

  @Test
  void thePolicyIsFoundAmongOtherObjects() {
    String other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata: {mesh: x}\n";
    String list =
        """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: Namespace, metadata: {name: a}}
        - apiVersion: v1
          kind: ConfigMap
          metadata: {name: meshguard-policy}
          data: {host-outside-mesh: deny}
        """;
    String renamed =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: release-policy}
        data:
          host-outside-mesh: deny
          policy.yaml: ""
        """;
    String json =
        """
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"meshguard-policy"},
        "data":{"host-outside-mesh":"deny"}}
        """;

    for (String text : List.of(list, other + "---\n" + list, other + "---\n" + renamed, json)) {
      Policy policy = accepted(reader().readFile("all.yaml", text, TODAY));
      assertThat(policy.decide(ADVISING, in("shop")).mode()).isEqualTo(Mode.DENY);
    }
  }

  @Test
  void noPolicyOrTwo() {
    String other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\n";

    assertThat(problems(other))
        .containsExactly(
            "cm.yaml: contains no ConfigMap named meshguard-policy, and none with a key"
                + " policy.yaml");
    assertThat(problems(START + "  stamp: x\n---\n" + START + "  stamp: x\n"))
        .containsExactly("cm.yaml:8:1: contains more than one policy; put each into its own file");
    assertThat(problems(START + "  a: {\n"))
        .singleElement()
        .asString()
        .startsWith("cm.yaml:7:1: cannot be read as YAML: ");
  }
}
