package io.meshguard.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;

/**
 * Writes the JSON Schema (draft 2020-12) of {@code .meshguard.yaml}, for editors. What only reading
 * a configuration can tell it does not check.
 */
public final class RepositoryConfigSchema {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RepositoryConfigSchema() {}

  /** Returns the schema. */
  public static JsonNode schema() {
    ObjectNode root =
        NODES
            .objectNode()
            .put("$schema", PolicySchema.DRAFT)
            .put("title", "Meshguard .meshguard.yaml");
    root.putArray("type").add("object").add("null");
    ObjectNode keys = NODES.objectNode();
    RepositoryConfigReader.KEYS.forEach(key -> keys.set(key, of(key)));
    root.set("properties", keys);
    return root.put("additionalProperties", false);
  }

  /** Returns the schema as the text of a file: indented, with line feeds, one at the end. */
  public static String text() {
    return PolicySchema.text(schema());
  }

  private static ObjectNode of(String key) {
    return switch (key) {
      case "closedWorld", "render" -> type("boolean");
      case "language" -> words(GeneralReader.LANGUAGES.keySet());
      case "failOn" -> words(RepositoryConfigReader.LEVELS.keySet());
      case "worlds" -> {
        ObjectNode list = type("array");
        list.set("items", world());
        yield list;
      }
      case "paths", "mesh", "exclude", "values" -> texts();
      case "istioVersion" -> istioVersion();
      default -> type("string").put("minLength", 1);
    };
  }

  private static ObjectNode world() {
    ObjectNode world = type("object");
    ObjectNode keys = NODES.objectNode();
    RepositoryConfigReader.WORLD_KEYS.forEach(key -> keys.set(key, of(key)));
    world.set("properties", keys);
    world.putArray("required").add("name").add("paths");
    return world.put("additionalProperties", false);
  }

  private static ObjectNode istioVersion() {
    ObjectNode version = NODES.objectNode();
    ObjectNode revisions = type("object");
    revisions.set("additionalProperties", version());
    version.putArray("anyOf").add(words(List.of("auto"))).add(version()).add(revisions);
    return version;
  }

  private static ObjectNode version() {
    return type("string").put("pattern", PolicySchema.VERSION);
  }

  private static ObjectNode texts() {
    ObjectNode list = type("array").put("minItems", 1);
    list.set("items", type("string").put("minLength", 1));
    return list;
  }

  private static ObjectNode words(Collection<String> allowed) {
    ObjectNode node = NODES.objectNode();
    allowed.forEach(node.putArray("enum")::add);
    return node;
  }

  private static ObjectNode type(String type) {
    return NODES.objectNode().put("type", type);
  }
}
