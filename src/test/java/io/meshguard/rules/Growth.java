package io.meshguard.rules;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One way to make the objects of a sample larger: a list, map or text of one object that is
 * repeated, or an object that there are many of.
 *
 * @param object number of the object
 * @param at the place in it, the root for the object itself
 * @param varied whether each repetition differs a little from the others
 */
record Growth(int object, JsonPointer at, boolean varied) {

  /** So many nodes, or characters of a text, are the most that anything grows to. */
  private static final int MOST_NODES = 150_000;

  private static final int MOST_CHARACTERS = 300_000;
  private static final int MOST_ELEMENTS = 30_000;
  private static final int MOST_OBJECTS = 3_000;

  /** Returns all ways to make the objects larger. */
  static List<Growth> of(List<Resource> objects) {
    List<Growth> all = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      collect(i, objects.get(i).tree(), JsonPointer.empty(), all);
    }
    return all;
  }

  private static void collect(int object, JsonNode node, JsonPointer at, List<Growth> all) {
    boolean grows = node.isTextual() || (node.isContainerNode() && !node.isEmpty());
    if (grows && !at.toString().equals("/kind") && !at.toString().equals("/apiVersion")) {
      all.add(new Growth(object, at, false));
      all.add(new Growth(object, at, true));
    }
    if (node.isObject()) {
      node.properties()
          .forEach(e -> collect(object, e.getValue(), at.appendProperty(e.getKey()), all));
    } else {
      for (int i = 0; i < node.size(); i++) {
        collect(object, node.get(i), at.appendIndex(i), all);
      }
    }
  }

  /**
   * Returns the objects with the place a hundredth, a tenth, or as large as it may grow.
   *
   * @param part 100, 10 or 1
   */
  List<Resource> grown(List<Resource> objects, int part) {
    List<Resource> grown = new ArrayList<>(objects);
    Resource old = objects.get(object);
    if (at.matches()) {
      int copies = Math.min(MOST_OBJECTS, MOST_NODES / nodes(old.tree())) / part;
      for (int i = 0; i < copies; i++) {
        grown.add(numbered(old, i));
      }
    } else {
      grown.set(object, with(old, larger(old.tree().at(at), part)));
    }
    return grown;
  }

  private static Resource numbered(Resource old, int number) {
    JsonNode copy = old.copy();
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.put("name", old.name() + "-" + number);
    }
    return Resource.of(copy, old.ref().namespace(), Origin.NONE);
  }

  private Resource with(Resource old, JsonNode value) {
    JsonNode copy = old.copy();
    JsonNode parent = copy.at(at.head());
    if (parent instanceof ObjectNode map) {
      map.set(at.last().getMatchingProperty(), value);
    } else if (parent instanceof ArrayNode list) {
      list.set(at.last().getMatchingIndex(), value);
    }
    return Resource.of(copy, old.ref().namespace(), Origin.NONE);
  }

  private JsonNode larger(JsonNode node, int part) {
    if (node.isTextual()) {
      return JsonNodeFactory.instance.textNode(largerText(node.textValue(), part));
    }
    int elements = MOST_NODES / nodes(node) * node.size();
    int count = Math.max(node.size(), Math.min(MOST_ELEMENTS, elements) / part);
    if (node instanceof ObjectNode map) {
      ObjectNode larger = map.deepCopy();
      List<String> keys = new ArrayList<>();
      map.fieldNames().forEachRemaining(keys::add);
      for (int i = keys.size(); i < count; i++) {
        String key = keys.get(i % keys.size());
        larger.set(key + "-" + i, element(map.get(key), i));
      }
      return larger;
    }
    ArrayNode larger = node.deepCopy();
    for (int i = node.size(); i < count; i++) {
      larger.add(element(node.get(i % node.size()), i));
    }
    return larger;
  }

  private JsonNode element(JsonNode old, int number) {
    JsonNode copy = old.deepCopy();
    return varied ? changed(copy, number).orElse(copy) : copy;
  }

  /** Returns a node whose first text has a number at its end; empty where it has no text. */
  private static Optional<JsonNode> changed(JsonNode node, int number) {
    if (node.isTextual()) {
      return Optional.of(JsonNodeFactory.instance.textNode(node.textValue() + "-" + number));
    }
    if (node instanceof ObjectNode map) {
      for (var entry : map.properties()) {
        Optional<JsonNode> value = changed(entry.getValue(), number);
        if (value.isPresent()) {
          map.set(entry.getKey(), value.get());
          return Optional.of(map);
        }
      }
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        Optional<JsonNode> value = changed(list.get(i), number);
        if (value.isPresent()) {
          list.set(i, value.get());
          return Optional.of(list);
        }
      }
    }
    return Optional.empty();
  }

  /** Repeats a text line by line where it has lines, else word by word. */
  private String largerText(String text, int part) {
    String unit = text.isEmpty() ? "x" : text;
    String end = unit.indexOf('\n') >= 0 ? "" : varied ? " " : "";
    StringBuilder larger = new StringBuilder();
    for (int i = 0; larger.length() < MOST_CHARACTERS / part; i++) {
      larger.append(unit).append(end);
      if (varied && end.isEmpty()) {
        larger.append("line ").append(i).append('\n');
      } else if (varied) {
        larger.append(i).append(end);
      }
    }
    return larger.toString();
  }

  private static int nodes(JsonNode node) {
    int nodes = 1;
    for (JsonNode below : node) {
      nodes += nodes(below);
    }
    return nodes;
  }
}
