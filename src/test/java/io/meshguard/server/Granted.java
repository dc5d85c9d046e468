package io.meshguard.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One thing that a role allows.
 *
 * @param namespace namespace of the Role; empty for a ClusterRole
 * @param name name of the only object it is about; empty for all
 */
record Granted(String verb, String group, String resource, String namespace, String name) {

  /** Returns what all roles among rendered objects allow, one verb on one resource at a time. */
  static List<Granted> in(Map<String, ? extends JsonNode> objects) {
    List<Granted> granted = new ArrayList<>();
    for (JsonNode object : objects.values()) {
      String kind = object.path("kind").asText();
      if (!kind.equals("Role") && !kind.equals("ClusterRole")) {
        continue;
      }
      String namespace = object.at("/metadata/namespace").asText("");
      for (JsonNode rule : object.path("rules")) {
        for (JsonNode verb : rule.path("verbs")) {
          for (JsonNode resource : rule.path("resources")) {
            for (String name : names(rule)) {
              granted.add(
                  new Granted(
                      verb.asText(),
                      rule.path("apiGroups").path(0).asText(),
                      resource.asText(),
                      namespace,
                      name));
            }
          }
        }
      }
    }
    return granted;
  }

  /** Returns whether an event of the audit log made use of it. */
  boolean usedBy(JsonNode event) {
    JsonNode ref = event.path("objectRef");
    return asked(event)
        && group.equals(ref.path("apiGroup").asText(""))
        && resource.equals(ref.path("resource").asText())
        && (namespace.isEmpty() || namespace.equals(ref.path("namespace").asText("")))
        && (name.isEmpty() || name.equals(ref.path("name").asText("")));
  }

  /** A server-side apply of what does not exist is a patch that must be allowed to create. */
  private boolean asked(JsonNode event) {
    boolean created = event.at("/responseStatus/code").asInt() == 201;
    String asked = event.path("verb").asText();
    return asked.equals(verb) || (verb.equals("create") && asked.equals("patch") && created);
  }

  private static Set<String> names(JsonNode rule) {
    Set<String> names = new TreeSet<>();
    rule.path("resourceNames").forEach(name -> names.add(name.asText()));
    return names.isEmpty() ? Set.of("") : names;
  }
}
