package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a Pod's annotation {@code proxy.istio.io/config} and the variables of its container {@code
 * istio-proxy} make its proxy tell istiod (Istio pkg/bootstrap/config.go): the agent would do this.
 */
final class ProxySettings {
  private static final String PREFIX = "ISTIO_META_";

  private ProxySettings() {}

  /** Returns metadata of the node by key. */
  static Map<String, JsonNode> of(JsonNode template) {
    Map<String, JsonNode> metadata = new TreeMap<>();
    JsonNode config =
        Manifests.mapping(template.at("/metadata/annotations/proxy.istio.io~1config").asText("{}"));
    if (!config.isEmpty()) {
      metadata.put("PROXY_CONFIG", config);
    }
    for (Map.Entry<String, JsonNode> each : config.path("proxyMetadata").properties()) {
      put(metadata, each.getKey(), each.getValue().asText());
    }
    for (String list : new String[] {"containers", "initContainers"}) {
      for (JsonNode container : template.at("/spec/" + list)) {
        if (container.path("name").asText().equals("istio-proxy")) {
          for (JsonNode variable : container.path("env")) {
            put(metadata, variable.path("name").asText(), variable.path("value").asText());
          }
        }
      }
    }
    return metadata;
  }

  private static void put(Map<String, JsonNode> metadata, String variable, String value) {
    if (variable.startsWith(PREFIX)) {
      metadata.put(variable.substring(PREFIX.length()), TextNode.valueOf(value));
    }
  }
}
