package io.meshguard.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Upkeep;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Objects of the Kubernetes client as trees, without what no rule reads. */
final class Trees {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private Trees() {}

  static Resource resource(Kind kind, GenericKubernetesResource object) {
    JsonNode tree = MAPPER.valueToTree(object);
    JsonNode metadata = tree.path("metadata");
    if (metadata instanceof ObjectNode written) {
      keepManagers(written);
    }
    if (metadata.path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(LAST_APPLIED);
    }
    String namespace = kind.namespaced() ? metadata.path("namespace").asText("") : "";
    ObjectRef ref =
        new ObjectRef(
            tree.path("apiVersion").asText(""), kind, namespace, metadata.path("name").asText(""));
    return new Resource(ref, tree, Origin.NONE);
  }

  /** Returns whether two states of an object differ in anything but what servers keep on it. */
  static boolean differ(JsonNode before, JsonNode after) {
    return !essence(before).equals(essence(after));
  }

  private static JsonNode essence(JsonNode tree) {
    if (!(tree instanceof ObjectNode object)) {
      return tree;
    }
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    object
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().equals("metadata")
                  && entry.getValue() instanceof ObjectNode metadata) {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                copy.setAll(metadata);
                copy.remove(List.of("resourceVersion", "generation"));
                kept.set("metadata", copy);
              } else if (!entry.getKey().equals("status")) {
                kept.set(entry.getKey(), entry.getValue());
              }
            });
    return kept;
  }

  /** Of whoever wrote the object only those are kept whose name tells who keeps it as it is. */
  private static void keepManagers(ObjectNode metadata) {
    JsonNode entries = metadata.remove("managedFields");
    if (entries == null) {
      return;
    }
    Set<String> names = new TreeSet<>();
    entries.forEach(entry -> names.add(entry.path("manager").asText("")));
    names.retainAll(Upkeep.MANAGERS);
    if (!names.isEmpty()) {
      ArrayNode kept = metadata.putArray("managedFields");
      names.forEach(name -> kept.addObject().put("manager", name));
    }
  }
}
