package io.meshguard.rule;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.List;

/** One operation of an RFC 6902 JSON Patch. */
public sealed interface PatchOp {

  /**
   * Adds a value, or a list element before the one that the pointer names ({@code -}: at the end).
   */
  record Add(JsonPointer path, JsonNode value) implements PatchOp {}

  /** Replaces the value that is there. */
  record Replace(JsonPointer path, JsonNode value) implements PatchOp {}

  /** Removes the value that is there. */
  record Remove(JsonPointer path) implements PatchOp {}

  /** Takes a value away from one place and adds it at another. */
  record Move(JsonPointer from, JsonPointer path) implements PatchOp {}

  /** Requires a value to be there; used to guard what is written to files. */
  record Test(JsonPointer path, JsonNode value) implements PatchOp {}

  /**
   * Returns the operations that set a field of an object, with the maps on the way to it where
   * there are none; empty where something other than a map is in the way.
   *
   * @param from where the path begins
   * @param path names of fields
   */
  static List<PatchOp> put(Cursor from, JsonNode value, String... path) {
    List<PatchOp> ops = new ArrayList<>();
    Cursor at = from;
    for (int i = 0; i < path.length - 1; i++) {
      at = at.at(path[i]);
      if (at.isPresent() && !at.isObject()) {
        return List.of();
      }
      if (!at.isPresent()) {
        ops.add(new Add(at.pointer(), JsonNodeFactory.instance.objectNode()));
      }
    }
    Cursor last = at.at(path[path.length - 1]);
    ops.add(last.isPresent() ? new Replace(last.pointer(), value) : new Add(last.pointer(), value));
    return ops;
  }

  /** Returns the place that the operation writes. */
  JsonPointer path();

  /** Returns the operation as RFC 6902 writes it. */
  default ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (this instanceof Add add) {
      return json.put("op", "add").put("path", path().toString()).set("value", add.value());
    } else if (this instanceof Replace replace) {
      return json.put("op", "replace").put("path", path().toString()).set("value", replace.value());
    } else if (this instanceof Move move) {
      return json.put("op", "move")
          .put("from", move.from().toString())
          .put("path", path().toString());
    } else if (this instanceof Test test) {
      return json.put("op", "test").put("path", path().toString()).set("value", test.value());
    }
    return json.put("op", "remove").put("path", path().toString());
  }

  /** Returns whether the operation shifts the elements of a list. */
  default boolean shiftsList() {
    return this instanceof Move
        || (this instanceof Remove && path().last().mayMatchElement())
        || (this instanceof Add && path().last().mayMatchElement());
  }
}
