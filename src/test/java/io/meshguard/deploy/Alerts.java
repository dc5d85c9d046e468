package io.meshguard.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The alerts that the chart installs. */
final class Alerts {

  static final Path FILE = HelmChart.FOLDER.resolve("files").resolve("alerts.yaml");

  private Alerts() {}

  /** Returns the rules of the only group. */
  static List<JsonNode> all() {
    List<JsonNode> rules = new ArrayList<>();
    tree(Golden.read(FILE)).at("/groups/0/rules").forEach(rules::add);
    return rules;
  }

  static List<String> names() {
    return all().stream().map(rule -> rule.path("alert").asText()).toList();
  }

  /** Returns the only document of a text. */
  static JsonNode tree(String yaml) {
    List<JsonNode> trees = new ArrayList<>();
    YamlReader.read(
        yaml,
        new YamlReader.Sink() {
          @Override
          public void document(YamlDocument document) {
            trees.add(document.tree());
          }

          @Override
          public void unreadable(YamlException cause) {
            throw new AssertionError(yaml, cause);
          }
        });
    return trees.get(0);
  }
}
