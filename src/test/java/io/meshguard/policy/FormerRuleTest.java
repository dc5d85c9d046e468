package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.ADVISING;
import static io.meshguard.policy.PolicyFixture.RUNNING;
import static io.meshguard.policy.PolicyFixture.TODAY;
import static io.meshguard.policy.PolicyFixture.lines;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.engine.Decision;
import io.meshguard.engine.Subject;
import io.meshguard.mesh.Manifests;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rule that was a part of another one is reached by that one's name for one release. */
final class FormerRuleTest {

  private static final RuleInfo PART =
      RuleInfo.rule("a-part").formerly(ADVISING.id()).subjects(Kind.VIRTUAL_SERVICE).build();

  private static final PolicyReader READER = new PolicyReader(List.of(PART, ADVISING), RUNNING);

  private static final String WARNING =
      "host-outside-mesh: also sets a-part, which was a part of this rule, until the next release:"
          + " name a-part as well";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "rules: {host-outside-mesh: deny}; DENY; 1",
        "rules: {host-outside-mesh: \"off\"}; OFF; 1",
        "rules: {host-outside-mesh: deny, a-part: warn}; WARN; 0",
        "rules: {a-part: deny}; DENY; 0",
        "overrides: [{namespaces: [shop], rules: {host-outside-mesh: deny}}]; DENY; 1",
        "overrides: [{namespaces: [shop], rules: {a-part: deny, host-outside-mesh: warn}}]; DENY; 0",
      })
  void aModeOfTheOldRuleHoldsWhereTheNewOneIsNotNamed(String yaml, Mode mode, int warnings) {
    PolicyResult result = READER.readFile("policy.yaml", yaml, TODAY);

    assertThat(decide(result, Map.of()).mode()).isEqualTo(mode);
    assertThat(lines(result.warnings()))
        .hasSize(warnings)
        .allSatisfy(line -> assertThat(line).endsWith(WARNING));
  }

  @ParameterizedTest
  @CsvSource({
    "'host-outside-mesh: deny', DENY, 1",
    "'{host-outside-mesh: deny, a-part: warn}', WARN, 0",
    "'{host-outside-mesh: deny, policy.yaml: \"rules: {a-part: warn}\"}', WARN, 0",
  })
  void aToggleOfTheOldRuleHoldsWhereTheNewOneIsNotNamed(String data, Mode mode, int warnings) {
    Resource map =
        Manifests.object(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: meshguard-policy}\ndata:\n  "
                + data
                + "\n");
    PolicyResult result = READER.read(map, TODAY);

    assertThat(decide(result, Map.of()).mode()).isEqualTo(mode);
    assertThat(lines(result.warnings()).stream().filter(line -> line.endsWith(WARNING)))
        .hasSize(warnings);
  }

  @Test
  void anExemptionFromTheOldRuleHoldsForTheNewOne() {
    PolicyResult result =
        READER.readFile(
            "policy.yaml",
            "exemptions: [{rules: [host-outside-mesh], users: [a], objects: [VirtualService/shop/*],"
                + " reason: r}, {rules: [host-outside-mesh], objects: [VirtualService/shop/*],"
                + " reason: r}]",
            TODAY);

    assertThat(decide(result, Map.of()).exemption()).isPresent();
    assertThat(lines(result.warnings())).hasSize(2);
  }

  @Test
  void soDoesAnAnnotation() {
    PolicyResult result = READER.readFile("policy.yaml", "rules: {a-part: warn}", TODAY);

    assertThat(decide(result, Map.of("meshguard.io/allow.host-outside-mesh", "r")).exemption())
        .isPresent();
    assertThat(decide(result, Map.of("meshguard.io/allow.other", "r")).exemption()).isEmpty();
  }

  private static Decision decide(PolicyResult result, Map<String, String> annotations) {
    StringBuilder lines = new StringBuilder();
    annotations.forEach(
        (key, value) -> lines.append("    ").append(key).append(": ").append(value));
    Resource object =
        Manifests.object(
            "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
                + "metadata:\n  name: a\n  namespace: shop\n  annotations:\n    x: y\n"
                + lines
                + "\n");
    Policy policy = PolicyFixture.accepted(result);
    return policy.decide(PART, new Subject(object, Map.of(), Optional.empty(), TODAY));
  }
}
