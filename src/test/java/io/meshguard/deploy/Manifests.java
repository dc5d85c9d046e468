package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.Map;
import java.util.TreeMap;

/** Objects in a YAML text by kind, namespace and name, such as {@code Role/meshguard/meshguard}. */
public final class Manifests {

  private Manifests() {}

  /** Returns the objects; a key that stands twice, or an object that does, is an error. */
  public static Map<String, ObjectNode> read(String yaml) {
    Map<String, ObjectNode> objects = new TreeMap<>();
    YamlReader.read(
        yaml,
        new YamlReader.Sink() {
          @Override
          public void document(YamlDocument document) {
            if (document.tree() instanceof ObjectNode object) {
              String key = key(object);
              assertThat(objects).as("once only").doesNotContainKey(key);
              objects.put(key, object);
            }
          }

          @Override
          public void unreadable(YamlException cause) {
            throw new AssertionError(yaml, cause);
          }
        });
    return objects;
  }

  /** Removes a label that says who installed an object, wherever it stands. */
  static void forgetManager(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("app.kubernetes.io/managed-by");
    }
    node.forEach(Manifests::forgetManager);
  }

  private static String key(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    String namespace = metadata.path("namespace").asText("");
    return object.path("kind").asText()
        + (namespace.isEmpty() ? "" : "/" + namespace)
        + "/"
        + metadata.path("name").asText();
  }
}
