package io.meshguard.audit;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who says what a field of a stored object holds, by its {@code managedFields}. */
public final class FieldManagers {

  private FieldManagers() {}

  /**
   * A manager of a field.
   *
   * @param name its name
   * @param operation {@code Apply} or {@code Update}
   */
  public record FieldManager(String name, String operation) implements Comparable<FieldManager> {

    @Override
    public int compareTo(FieldManager other) {
      int names = name.compareTo(other.name);
      return names != 0 ? names : operation.compareTo(other.operation);
    }
  }

  /**
   * Returns who owns a field, or a list or mapping around it that has one owner as a whole; empty
   * where nobody does, so that nobody takes away what is added there.
   *
   * @param object the object with its managedFields
   */
  public static Set<FieldManager> of(JsonNode object, JsonPointer field) {
    Set<FieldManager> managers = new TreeSet<>();
    for (JsonNode entry : object.at("/metadata/managedFields")) {
      if (entry.path("subresource").asText("").isEmpty()
          && owns(entry.path("fieldsV1"), object, field)) {
        managers.add(
            new FieldManager(entry.path("manager").asText(""), entry.path("operation").asText("")));
      }
    }
    return managers;
  }

  private static boolean owns(JsonNode fields, JsonNode object, JsonPointer field) {
    JsonNode owned = fields;
    JsonNode at = object;
    boolean inside = false;
    for (JsonPointer rest = field; !rest.matches(); rest = rest.tail()) {
      if (inside && owned.isEmpty()) {
        return true;
      }
      Optional<JsonNode> next =
          at.isArray()
              ? element(owned, at.path(rest.getMatchingIndex()))
              : Optional.ofNullable(owned.get("f:" + rest.getMatchingProperty()));
      if (next.isEmpty()) {
        return false;
      }
      inside = true;
      owned = next.get();
      at = at.isArray() ? at.path(rest.getMatchingIndex()) : at.path(rest.getMatchingProperty());
    }
    return true;
  }

  /** Elements of lists that have keys are named by these. */
  private static Optional<JsonNode> element(JsonNode owned, JsonNode element) {
    for (Iterator<String> names = owned.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (name.startsWith("k:") && isKey(name.substring(2), element)) {
        return Optional.ofNullable(owned.get(name));
      }
    }
    return Optional.empty();
  }

  /** A key is JSON, and is compared as it would be written. */
  private static boolean isKey(String key, JsonNode element) {
    String bare = key.substring(1, Math.max(1, key.length() - 1));
    for (String part : bare.split(",", -1)) {
      int colon = part.indexOf(':');
      if (colon < 2) {
        return false;
      }
      String name = part.substring(1, colon - 1);
      if (!element.path(name).toString().equals(part.substring(colon + 1))) {
        return false;
      }
    }
    return true;
  }
}
