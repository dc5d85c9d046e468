package io.meshguard.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;

/** Objects of the Kubernetes client as trees, without what no rule reads. */
final class Trees {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private Trees() {}

  static Resource resource(Kind kind, GenericKubernetesResource object) {
    JsonNode tree = MAPPER.valueToTree(object);
    JsonNode metadata = tree.path("metadata");
    if (metadata instanceof ObjectNode written) {
      written.remove("managedFields");
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
}
