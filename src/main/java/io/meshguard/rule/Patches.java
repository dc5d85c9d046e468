package io.meshguard.rule;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.ArrayList;
import java.util.List;

/** Patches as whole documents: RFC 6902 text, application, and guards. */
public final class Patches {

  private Patches() {}

  /** Returns operations as an RFC 6902 document. */
  public static ArrayNode toJson(List<PatchOp> ops) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    ops.forEach(op -> patch.add(op.toJson()));
    return patch;
  }

  /**
   * Returns a tree with operations applied; the given tree is left as it is.
   *
   * @throws RuntimeException if an operation does not fit the tree
   */
  public static JsonNode apply(List<PatchOp> ops, JsonNode tree) {
    return JsonPatch.apply(toJson(ops), tree);
  }

  /**
   * Returns operations in which every value that is replaced or removed is tested for first, so
   * that they cannot hit a tree that has changed since.
   */
  public static List<PatchOp> guarded(List<PatchOp> ops, JsonNode tree) {
    List<PatchOp> guarded = new ArrayList<>();
    JsonNode at = tree;
    for (PatchOp op : ops) {
      JsonPointer written = op instanceof PatchOp.Move move ? move.from() : op.path();
      if (!(op instanceof PatchOp.Add)) {
        guarded.add(new PatchOp.Test(written, at.at(written)));
      }
      guarded.add(op);
      at = apply(List.of(op), at);
    }
    return guarded;
  }
}
