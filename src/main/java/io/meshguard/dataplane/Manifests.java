package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Objects as trees. */
final class Manifests {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Manifests() {}

  /** Returns the objects of YAML documents; those without a namespace get {@code default}. */
  static List<JsonNode> parse(String text) {
    List<JsonNode> objects = new ArrayList<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
      if (document != null) {
        ObjectNode object = JSON.valueToTree(document);
        if (namespace(object).isEmpty() && !isClusterWide(object)) {
          ((ObjectNode) object.get("metadata")).put("namespace", "default");
        }
        objects.add(object);
      }
    }
    return objects;
  }

  /** Returns a mapping that stands in a text, empty where it is none. */
  static JsonNode mapping(String text) {
    Object value = new Load(LoadSettings.builder().build()).loadFromString(text);
    return value instanceof Map ? JSON.valueToTree(value) : JSON.createObjectNode();
  }

  private static boolean isClusterWide(JsonNode object) {
    String kind = kind(object);
    return kind.startsWith("Cluster")
        || kind.endsWith("WebhookConfiguration")
        || kind.equals("Namespace")
        || kind.equals("Node");
  }

  static String kind(JsonNode object) {
    return object.path("kind").asText();
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  static String namespace(JsonNode object) {
    return object.at("/metadata/namespace").asText();
  }

  /** Returns a mapping of texts, such as labels or a selector; empty where there is none. */
  static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new TreeMap<>();
    node.properties().forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
    return texts;
  }

  /** Tells whether a Service selects Pods with some labels in its namespace. */
  static boolean selects(JsonNode service, String namespace, Map<String, String> labels) {
    Map<String, String> selector = texts(service.at("/spec/selector"));
    return kind(service).equals("Service")
        && !selector.isEmpty()
        && namespace(service).equals(namespace)
        && labels.entrySet().containsAll(selector.entrySet());
  }
}
