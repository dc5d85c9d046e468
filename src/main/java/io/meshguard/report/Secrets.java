package io.meshguard.report;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshguard.resource.Credentials;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What must never be quoted from an object: values of environment variables, arguments, annotations
 * and data, and of headers and fields that carry credentials.
 */
final class Secrets {

  private static final JsonNode MASK = TextNode.valueOf("…");
  private static final Set<String> WHOLE =
      Set.of("annotations", "args", "command", "data", "stringdata", "binarydata");

  private Secrets() {}

  /** Returns the tree with every scalar that must not be quoted replaced by an ellipsis. */
  static JsonNode masked(JsonNode tree) {
    return masked(tree, false);
  }

  /** Returns the value that a key leads to, masked as far as the key or the value demands. */
  static JsonNode masked(String key, JsonNode value) {
    return masked(value, isSensitive(key));
  }

  /** Returns whether a tree holds something that must not be quoted. */
  static boolean in(JsonNode tree) {
    return !masked(tree).equals(tree);
  }

  /** Returns whether what stands at a place of a tree must not be quoted. */
  static boolean hides(JsonNode tree, JsonPointer place) {
    JsonNode at = tree;
    for (JsonPointer rest = place; !rest.matches(); rest = rest.tail()) {
      String key = rest.getMatchingProperty();
      if (at.isObject() && (isSensitive(key) || (isPair(at) && key.equals("value")))) {
        return true;
      }
      at = at.isArray() ? at.path(rest.getMatchingIndex()) : at.path(key);
    }
    return false;
  }

  static boolean isSensitive(String key) {
    return WHOLE.contains(key.toLowerCase(Locale.ROOT)) || Credentials.isName(key);
  }

  private static JsonNode masked(JsonNode tree, boolean hide) {
    if (tree instanceof ObjectNode object) {
      boolean pair = isPair(object);
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String key = entry.getKey();
        boolean hidden = hide || isSensitive(key) || (pair && key.equals("value"));
        copy.set(key, masked(entry.getValue(), hidden));
      }
      return copy;
    }
    if (tree instanceof ArrayNode list) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      list.forEach(element -> copy.add(masked(element, hide)));
      return copy;
    }
    return hide && !tree.isNull() ? MASK : tree;
  }

  /** {name: X, value: …}: an environment variable, or a header that Envoy is to set. */
  private static boolean isPair(JsonNode map) {
    return map.has("value") && (map.has("name") || map.has("key"));
  }
}
