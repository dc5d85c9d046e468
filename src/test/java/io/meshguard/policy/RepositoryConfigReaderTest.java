package io.meshguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.meshguard.mesh.Version;
import io.meshguard.rule.Language;
import io.meshguard.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RepositoryConfigReaderTest {

  private static final String WHOLE =
      """
      paths: [k8s, charts]
      mesh: [cluster.yaml]
      closedWorld: true
      policy: policy.yaml
      istioVersion: "1.29"
      kubernetesVersion: "1.33"
      namespace: shop
      clusterDomain: mesh.example
      language: zh
      failOn: warn
      exclude: ["testdata/", "*.gen.yaml"]
      render: true
      baseline: known.yaml
      worlds:
      - name: prod
        paths: ["apps/*/overlays/prod"]
        mesh: [prod-cluster.yaml]
        values: [values.yaml, values-prod.yaml]
        namespace: prod
        istioVersion: {default: "1.24.3"}
      """;

  @Test
  void everyKeyIsRead() {
    RepositoryConfigReader.Result result = RepositoryConfigReader.read("c.yaml", WHOLE);

    assertThat(result.problems()).isEmpty();
    RepositoryConfig config = result.config();
    assertThat(config.paths()).containsExactly("k8s", "charts");
    assertThat(config.mesh()).containsExactly("cluster.yaml");
    assertThat(config.closedWorld()).contains(true);
    assertThat(config.policy()).contains("policy.yaml");
    assertThat(config.istioVersion().all()).isEqualTo(Version.parse("1.29"));
    assertThat(config.kubernetesVersion()).isEqualTo(Version.parse("1.33"));
    assertThat(config.namespace()).contains("shop");
    assertThat(config.clusterDomain()).contains("mesh.example");
    assertThat(config.language()).contains(Language.ZH);
    assertThat(config.failOn()).contains(RepositoryConfig.FailOnLevel.WARN);
    assertThat(config.exclude()).containsExactly("testdata/", "*.gen.yaml");
    assertThat(config.render()).isTrue();
    assertThat(config.baseline()).contains("known.yaml");
    RepositoryConfig.World world = config.worlds().get(0);
    assertThat(world.name()).isEqualTo("prod");
    assertThat(world.paths()).containsExactly("apps/*/overlays/prod");
    assertThat(world.mesh()).containsExactly("prod-cluster.yaml");
    assertThat(world.values()).containsExactly("values.yaml", "values-prod.yaml");
    assertThat(world.namespace()).contains("prod");
    assertThat(world.istioVersion().byRevision()).containsKey("default");
  }

  @Test
  void anEmptyFileDecidesNothing() {
    assertThat(RepositoryConfigReader.read("c.yaml", "").config()).isEqualTo(RepositoryConfig.NONE);
    assertThat(RepositoryConfigReader.read("c.yaml", "# nothing\n").problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exclud: [x] | c.yaml:1:1: exclud: is not a valid key here; did you mean \"exclude\"?",
        "istioVersion: 1.30 | c.yaml:1:1: istioVersion: ",
        "worlds: [{name: a}] | c.yaml:1:10: worlds[0].paths: is required",
        "worlds: [{paths: [b]}] | c.yaml:1:10: worlds[0].name: is required",
        "worlds: [{name: a, paths: [b]}, {name: a, paths: [c]}] | there is another mesh of the name",
        "namespace: Not_One | c.yaml:1:1: namespace: ",
        "clusterDomain: a..b | is not a DNS domain such as cluster.local",
        "failOn: often | failOn: ",
        "language: fr | language: ",
        "paths: [] | paths: ",
        "render: maybe | render: ",
        "- a list | expected",
        "a: 1\\na: 2 | c.yaml:2:1: a: ",
        "a: [ | c.yaml:1:",
      })
  void whatIsWrongIsNamedWithItsPlace(String text, String message) {
    List<Problem> problems =
        RepositoryConfigReader.read("c.yaml", text.replace("\\n", "\n")).problems();

    assertThat(problems).isNotEmpty();
    assertThat(problems.get(0).line(Language.EN)).contains(message);
    assertThat(problems.get(0).line(Language.ZH)).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        WHOLE,
        "{}",
        "exclud: [x]",
        "istioVersion: 1.30",
        "worlds: [{name: a}]",
        "namespace: Not_One",
        "failOn: often",
        "language: fr",
        "paths: []",
        "closedWorld: perhaps",
        "istioVersion: {default: \"1.24\", canary: \"1.25.1\"}",
        "istioVersion: auto",
      })
  void theSchemaAgreesWithTheReader(String text) throws IOException {
    boolean good = RepositoryConfigReader.read("c.yaml", text).problems().isEmpty();
    JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema());

    assertThat(schema.validate(YamlReader.readOne(text).tree()).isEmpty()).isEqualTo(good);
  }

  @Test
  void theSchemaKnowsEveryKey() throws IOException {
    assertThat(names(schema().path("properties")))
        .containsExactlyInAnyOrderElementsOf(RepositoryConfigReader.KEYS);
    assertThat(names(schema().at("/properties/worlds/items/properties")))
        .containsExactlyInAnyOrderElementsOf(RepositoryConfigReader.WORLD_KEYS);
  }

  private static JsonNode schema() throws IOException {
    Path file = Path.of("docs", "schema", "config.schema.json");
    return new ObjectMapper().readTree(Files.readString(file));
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
