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

  private static final String NAMESPACE = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

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
    ObjectNode schema =
        switch (key) {
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
          case "kubernetesVersion" -> anyVersion();
          case "namespace" -> type("string").put("pattern", NAMESPACE);
          default -> type("string").put("minLength", 1);
        };
    return schema.put("description", description(key));
  }

  private static String description(String key) {
    return switch (key) {
      case "paths" -> "Files and folders to check; in worlds, * and ** stand for any names.";
      case "mesh" -> "Objects that are only context: read but not checked.";
      case "closedWorld" -> "Whether the given objects are the whole mesh.";
      case "policy" -> "The file of the policy: the ConfigMap or its policy.yaml.";
      case "istioVersion" -> "Version of Istio, or one for each revision.";
      case "kubernetesVersion" -> "Version of Kubernetes.";
      case "namespace" -> "Namespace of objects without one. Default: default.";
      case "clusterDomain" -> "DNS domain of the cluster. Default: cluster.local.";
      case "language" -> "Language of messages, where the command line does not say one.";
      case "failOn" -> "Lowest level that gives exit code 1. Default: deny.";
      case "exclude" -> "Files and folders that are not read, written as in a .gitignore.";
      case "worlds" -> "Which files make one mesh.";
      case "render" -> "Whether kustomizations and charts are rendered.";
      case "baseline" -> "The file of findings that are known.";
      case "name" -> "What the mesh is called.";
      case "values" -> "Values files for charts, in the order that helm gets them.";
      default -> throw new IllegalArgumentException(key);
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

  private static ObjectNode anyVersion() {
    ObjectNode version = NODES.objectNode();
    version.putArray("anyOf").add(words(List.of("auto"))).add(version());
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
