package io.meshguard.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

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
