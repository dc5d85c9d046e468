package io.meshguard.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Every way to damage one node of a tree: take it away, make it null, or give it another type. */
final class Damage {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Damage() {}

  /** Returns the damaged trees. The kind and apiVersion of the object itself stay. */
  static List<JsonNode> of(JsonNode tree) {
    List<JsonNode> damaged = new ArrayList<>();
    collect(tree, tree, "", damaged);
    return damaged;
  }

  private static void collect(JsonNode root, JsonNode at, String pointer, List<JsonNode> damaged) {
    if (at instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              entry -> {
                String key = entry.getKey();
                String inner = pointer + "/" + key.replace("~", "~0").replace("/", "~1");
                if (!inner.equals("/kind") && !inner.equals("/apiVersion")) {
                  damage(root, pointer, key, -1, damaged);
                }
                collect(root, entry.getValue(), inner, damaged);
              });
    } else if (at instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        damage(root, pointer, "", i, damaged);
        collect(root, list.get(i), pointer + "/" + i, damaged);
      }
    }
  }

  private static void damage(
      JsonNode root, String parent, String key, int index, List<JsonNode> damaged) {
    List<JsonNode> values =
        List.of(
            JSON.nullNode(),
            JSON.textNode("\u0000{0}'"),
            JSON.numberNode(-1),
            JSON.booleanNode(true),
            JSON.arrayNode().add(JSON.nullNode()),
            JSON.objectNode().set("x", JSON.objectNode()));
    for (JsonNode value : values) {
      JsonNode copy = root.deepCopy();
      JsonNode container = copy.at(parent);
      if (container instanceof ObjectNode object) {
        object.set(key, value);
      } else {
        ((ArrayNode) container).set(index, value);
      }
      damaged.add(copy);
    }
    JsonNode copy = root.deepCopy();
    JsonNode container = copy.at(parent);
    if (container instanceof ObjectNode object) {
      object.remove(key);
    } else {
      ((ArrayNode) container).remove(index);
    }
    damaged.add(copy);
  }
}
