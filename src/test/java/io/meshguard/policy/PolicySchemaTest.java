package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.RULES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema and the reader agree. */
class PolicySchemaTest {

  private static final JsonNode DOCUMENT = PolicySchema.of(RULES);
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(DOCUMENT);

  private static boolean valid(String yaml) {
    return SCHEMA.validate(YamlReader.readOne(yaml).tree()).isEmpty();
  }

  @Test
  void isItselfAValidSchema() {
    JsonSchema meta =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(meta.validate(DOCUMENT)).isEmpty();
  }

  @Test
  void theTextIsTheSameEverywhere() {
    String text = PolicySchema.text(RULES);

    assertThat(YamlReader.readOne(text).tree()).isEqualTo(DOCUMENT);
    assertThat(text).startsWith("{\n  \"$schema\" : ").endsWith("\n}\n").doesNotContain("\r");
  }

  @Test
  void hasTheKeysOfTheReader() {
    List<String> keys = new ArrayList<>();
    DOCUMENT.path("properties").fieldNames().forEachRemaining(keys::add);
    List<String> override = new ArrayList<>();
    DOCUMENT
        .at("/properties/overrides/items/properties")
        .fieldNames()
        .forEachRemaining(override::add);
    List<String> exemption = new ArrayList<>();
    DOCUMENT
        .at("/properties/exemptions/items/properties")
        .fieldNames()
        .forEachRemaining(exemption::add);

    assertThat(keys).containsExactlyInAnyOrderElementsOf(PolicyParser.KEYS);
    assertThat(override).containsExactlyInAnyOrderElementsOf(OverrideReader.KEYS);
    assertThat(exemption).containsExactlyInAnyOrderElementsOf(ExemptionReader.KEYS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PolicyDefaultsTest.EVERYTHING,
        "",
        "rules:\n",
        "rules: {\"*\": off, unreachable-route: off}",
        "rules: {\"*\": default}",
        "istioVersion: auto",
        "istioVersion: v1.24.3-tke.1",
      })
  void takesWhatTheReaderTakes(String policyYaml) {
    assertThat(PolicyFixture.problems(policyYaml)).isEmpty();
    assertThat(SCHEMA.validate(YamlReader.readOne(policyYaml).tree())).isEmpty();
  }

  /** Mistakes that a schema cannot tell, or that are none in its eyes. */
  private static final List<String> BEYOND =
      List.of(
          "is not a date",
          "is longer than",
          "control character",
          "is not the name of",
          "is not a pattern",
          "no rule checks kind",
          "lives in a namespace",
          "has no namespace",
          "second one begins",
          "overrides nothing");

  @ParameterizedTest
  @MethodSource({
    "io.meshguard.policy.PolicyErrorsTest#general",
    "io.meshguard.policy.PolicyErrorsTest#rules",
    "io.meshguard.policy.PolicyErrorsTest#overrides",
    "io.meshguard.policy.PolicyErrorsTest#exemptions"
  })
  void refusesWhatTheReaderRefuses(String policyYaml, String problem) {
    boolean beyond = problem == null || BEYOND.stream().anyMatch(problem::contains);
    if (!beyond && !problem.contains("must not be empty")) {
      assertThat(valid(policyYaml)).as(policyYaml).isFalse();
    }
  }

  @Test
  void knowsModesAndParametersOfEachRule() {
    assertThat(valid("rules: {unreachable-route: fix}")).isTrue();
    assertThat(valid("rules: {host-outside-mesh: deny}")).isTrue();
    assertThat(valid("rules: {host-outside-mesh: fix}")).isFalse();
    assertThat(valid("rules: {host-outside-mesh: {mode: fix}}")).isFalse();
    assertThat(valid("rules: {implicit-retries: {speak: nodejs}}")).isTrue();
    assertThat(valid("rules: {implicit-retries: {speak: cobol}}")).isFalse();
    assertThat(valid("overrides: [{namespaces: [a], rules: {host-outside-mesh: fix}}]")).isFalse();
  }
}
