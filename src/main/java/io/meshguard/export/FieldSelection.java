package io.meshguard.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/** Copies of parts of trees. */
final class FieldSelection {

  private FieldSelection() {}

  /** Returns an object with only some of its fields; any other tree as it is. */
  static JsonNode fields(JsonNode tree, String... names) {
    return fields(tree, (name, value) -> List.of(names).contains(name));
  }

  /** Returns an object with only the fields that are wanted; any other tree as it is. */
  static JsonNode fields(JsonNode tree, BiPredicate<String, JsonNode> wanted) {
    if (!(tree instanceof ObjectNode object)) {
      return tree;
    }
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (wanted.test(entry.getKey(), entry.getValue())) {
        copy.set(entry.getKey(), entry.getValue());
      }
    }
    return copy;
  }

  /** Returns a list with each element changed; any other tree as it is. */
  static JsonNode each(JsonNode tree, UnaryOperator<JsonNode> change) {
    if (!(tree instanceof ArrayNode list)) {
      return tree;
    }
    ArrayNode copy = JsonNodeFactory.instance.arrayNode();
    list.forEach(element -> copy.add(change.apply(element)));
    return copy;
  }

  /** Changes a field of an object where it has it. */
  static void change(JsonNode object, String field, UnaryOperator<JsonNode> change) {
    JsonNode value = object.get(field);
    if (object instanceof ObjectNode node && value != null) {
      node.set(field, change.apply(value));
    }
  }
}
