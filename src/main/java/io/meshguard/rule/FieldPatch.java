package io.meshguard.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.resource.Cursor;
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.List;

/** Patches that set one field, wherever it belongs. */
public final class FieldPatch {

  private FieldPatch() {}

  /**
   * Returns the operations that set a field of an object, with the maps on the way to it where
   * there are none; empty where something other than a map is in the way.
   *
   * @param from where the path begins
   * @param path names of fields
   */
  public static List<PatchOp> put(Cursor from, JsonNode value, String... path) {
    List<PatchOp> ops = new ArrayList<>();
    Cursor at = from;
    for (int i = 0; i < path.length - 1; i++) {
      at = at.at(path[i]);
      if (at.isPresent() && !at.isObject()) {
        return List.of();
      }
      if (!at.isPresent()) {
        ops.add(new PatchOp.Add(at.pointer(), JsonNodeFactory.instance.objectNode()));
      }
    }
    Cursor last = at.at(path[path.length - 1]);
    ops.add(
        last.isPresent()
            ? new PatchOp.Replace(last.pointer(), value)
            : new PatchOp.Add(last.pointer(), value));
    return ops;
  }
}
