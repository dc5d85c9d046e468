package io.meshguard.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Hides texts. Equal texts are hidden alike, so that it still shows where two are the same; no
 * hidden text begins with another.
 */
final class Pseudonymizer {

  private final Map<String, TextNode> hidden = new HashMap<>();

  /** Returns a text that stands for another and tells nothing of it. */
  TextNode of(String text) {
    return hidden.computeIfAbsent(
        text, t -> TextNode.valueOf("hidden-%06d".formatted(hidden.size() + 1)));
  }

  /** Returns a tree with every text hidden but those under the given keys. */
  JsonNode texts(JsonNode tree, Set<String> open) {
    if (tree instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        boolean shown = open.contains(entry.getKey()) && entry.getValue().isTextual();
        copy.set(entry.getKey(), shown ? entry.getValue() : texts(entry.getValue(), open));
      }
      return copy;
    }
    if (tree instanceof ArrayNode list) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      list.forEach(element -> copy.add(texts(element, open)));
      return copy;
    }
    return tree.isTextual() ? of(tree.textValue()) : tree;
  }
}
