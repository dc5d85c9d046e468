package io.meshguard.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells requests that only go on with a deletion, such as the removal of a finalizer, from edits of
 * an object that is being deleted: with a finalizer such an object lives on, and is in effect, for
 * as long as somebody likes.
 */
public final class Deletion {

  /** Fields that are compared in part, or that no rule looks at. */
  private static final Set<String> APART = Set.of("metadata", "status");

  private Deletion() {}

  /**
   * Returns whether a request leaves everything as it is that a rule looks at, in an object that is
   * being deleted. Only the stored object tells that: on a new one the time of deletion may be made
   * up.
   */
  public static boolean goesOn(Resource object, Optional<Resource> old) {
    return old.filter(Resource::beingDeleted)
        .filter(before -> sameContent(object.tree(), before.tree()))
        .isPresent();
  }

  private static boolean sameContent(JsonNode now, JsonNode before) {
    return contains(now, before)
        && contains(before, now)
        && sameMetadata(now, before, "labels")
        && sameMetadata(now, before, "annotations");
  }

  private static boolean contains(JsonNode whole, JsonNode part) {
    return part.properties().stream()
        .filter(field -> !APART.contains(field.getKey()))
        .allMatch((Map.Entry<String, JsonNode> f) -> f.getValue().equals(whole.get(f.getKey())));
  }

  private static boolean sameMetadata(JsonNode now, JsonNode before, String field) {
    return now.path("metadata").path(field).equals(before.path("metadata").path(field));
  }
}
