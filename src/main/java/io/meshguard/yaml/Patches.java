package io.meshguard.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.deadline.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

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
   * Returns a tree with operations applied; the given tree is left as it is. What no operation
   * touches is shared by both: a library would copy the whole tree for each, and a small change of
   * a large object should cost little.
   *
   * @throws IllegalArgumentException if an operation does not fit the tree (RFC 6902, section 4)
   */
  public static JsonNode apply(List<PatchOp> ops, JsonNode tree) {
    JsonNode at = tree;
    for (PatchOp op : ops) {
      Deadline.check();
      at = apply(op, at);
    }
    return at;
  }

  private static JsonNode apply(PatchOp op, JsonNode tree) {
    if (op instanceof PatchOp.Add add) {
      return put(tree, add.path(), add.value(), true);
    } else if (op instanceof PatchOp.Replace replace) {
      return put(tree, replace.path(), replace.value(), false);
    } else if (op instanceof PatchOp.Remove remove) {
      return without(tree, remove.path());
    } else if (op instanceof PatchOp.Move move) {
      JsonNode moved = there(tree, move.from());
      return put(without(tree, move.from()), move.path(), moved, true);
    }
    if (op instanceof PatchOp.Test test && !there(tree, test.path()).equals(test.value())) {
      throw unfit(test.path());
    }
    return tree;
  }

  private static JsonNode there(JsonNode tree, JsonPointer path) {
    JsonNode found = tree.at(path);
    if (found.isMissingNode()) {
      throw unfit(path);
    }
    return found;
  }

  /**
   * Returns a tree with a value at a place.
   *
   * @param isNew whether it is added, in a list before what stands there, or replaces what does
   */
  private static JsonNode put(JsonNode tree, JsonPointer path, JsonNode value, boolean isNew) {
    if (path.matches()) {
      return value;
    }
    return changed(
        tree,
        path,
        (container, step) -> {
          if (container instanceof ObjectNode map && (isNew || map.has(step))) {
            map.set(step, value);
          } else if (container instanceof ArrayNode list && isNew) {
            int at = step.equals("-") ? list.size() : path.last().getMatchingIndex();
            require(at >= 0 && at <= list.size(), path);
            list.insert(at, value);
          } else if (container instanceof ArrayNode list
              && list.has(path.last().getMatchingIndex())) {
            list.set(path.last().getMatchingIndex(), value);
          } else {
            throw unfit(path);
          }
        });
  }

  private static JsonNode without(JsonNode tree, JsonPointer path) {
    there(tree, path);
    require(!path.matches(), path);
    return changed(
        tree,
        path,
        (container, step) -> {
          if (container instanceof ObjectNode map) {
            map.remove(step);
          } else if (container instanceof ArrayNode list) {
            list.remove(path.last().getMatchingIndex());
          }
        });
  }

  /** Returns a tree in which what holds a place is changed, and only the way to it is copied. */
  private static JsonNode changed(
      JsonNode node, JsonPointer way, BiConsumer<ContainerNode<?>, String> change) {
    ContainerNode<?> copy;
    if (node instanceof ObjectNode map) {
      copy = map.objectNode().setAll(map);
    } else if (node instanceof ArrayNode list) {
      copy = list.arrayNode(list.size()).addAll(list);
    } else {
      throw unfit(way);
    }
    String step = way.getMatchingProperty();
    if (way.tail().matches()) {
      change.accept(copy, step);
      return copy;
    }
    JsonNode inner = copy.isArray() ? copy.path(way.getMatchingIndex()) : copy.path(step);
    JsonNode next = changed(inner, way.tail(), change);
    if (copy instanceof ObjectNode map) {
      map.set(step, next);
    } else if (copy instanceof ArrayNode list) {
      list.set(way.getMatchingIndex(), next);
    }
    return copy;
  }

  private static void require(boolean fits, JsonPointer path) {
    if (!fits) {
      throw unfit(path);
    }
  }

  private static IllegalArgumentException unfit(JsonPointer path) {
    return new IllegalArgumentException("the operation on " + path + " does not fit the object");
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
