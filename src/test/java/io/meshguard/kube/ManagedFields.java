package io.meshguard.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who owns which field of an object, as its {@code managedFields} say. */
public final class ManagedFields {

  private ManagedFields() {}

  /** Returns the fields by manager, as paths in the form of {@code fieldsV1}, keys left out. */
  public static Map<String, Set<String>> of(JsonNode object) {
    Map<String, Set<String>> owned = new TreeMap<>();
    for (JsonNode entry : object.at("/metadata/managedFields")) {
      Set<String> fields =
          owned.computeIfAbsent(entry.path("manager").asText(), manager -> new HashSet<>());
      leaves(entry.path("fieldsV1"), "", fields);
    }
    return owned;
  }

  private static void leaves(JsonNode node, String path, Set<String> fields) {
    node.properties()
        .forEach(
            entry -> {
              String name = entry.getKey();
              if (name.equals(".") || isKey(path, name)) {
                return;
              }
              String below = path + "/" + name;
              if (entry.getValue().isEmpty()) {
                fields.add(below);
              } else {
                leaves(entry.getValue(), below, fields);
              }
            });
  }

  /** What names an element of a list is said by everybody who says anything of the element. */
  private static boolean isKey(String path, String name) {
    String element = path.substring(path.lastIndexOf('/') + 1);
    return element.startsWith("k:{") && element.contains("\"" + name.substring(2) + "\":");
  }
}
