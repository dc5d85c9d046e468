package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.controlplane.ApiClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the API server keeps objects, by what it says of itself. */
final class Resources {
  private final ApiClient api;
  private final Map<String, JsonNode> served = new HashMap<>();

  Resources(ApiClient api) {
    this.api = api;
  }

  /** Returns the path of an object; none where its kind is not served. */
  Optional<String> path(JsonNode object) throws IOException, InterruptedException {
    String version = object.path("apiVersion").asText();
    String root = (version.contains("/") ? "/apis/" : "/api/") + version;
    if (!served.containsKey(root)) {
      served.put(root, ApiClient.tree(api.get(root)).path("resources"));
    }
    for (JsonNode resource : served.getOrDefault(root, object.path("none"))) {
      String name = resource.path("name").asText();
      if (resource.path("kind").asText().equals(Manifests.kind(object)) && !name.contains("/")) {
        String scope =
            resource.path("namespaced").asBoolean()
                ? "/namespaces/" + Manifests.namespace(object)
                : "";
        return Optional.of(root + scope + "/" + name + "/" + Manifests.name(object));
      }
    }
    return Optional.empty();
  }
}
