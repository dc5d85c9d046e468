package io.meshguard.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** What is kept of a ProxyConfig message, whichever way its fields are written. */
final class ProxyConfigFields {

  private ProxyConfigFields() {}

  static JsonNode of(JsonNode config) {
    JsonNode kept =
        FieldSelection.fields(
            config,
            "gatewayTopology",
            "gateway_topology",
            "holdApplicationUntilProxyStarts",
            "hold_application_until_proxy_starts",
            "interceptionMode",
            "interception_mode",
            "proxyHeaders",
            "proxy_headers",
            "proxyMetadata",
            "proxy_metadata",
            "tracing");
    FieldSelection.change(kept, "gatewayTopology", ProxyConfigFields::topology);
    FieldSelection.change(kept, "gateway_topology", ProxyConfigFields::topology);
    FieldSelection.change(kept, "proxyMetadata", Variables::ofMap);
    FieldSelection.change(kept, "proxy_metadata", Variables::ofMap);
    FieldSelection.change(kept, "tracing", ProxyConfigFields::noted);
    return kept;
  }

  private static JsonNode topology(JsonNode topology) {
    return FieldSelection.fields(topology, "numTrustedProxies", "num_trusted_proxies");
  }

  /** Of tracing it only matters whether anything is set. */
  private static JsonNode noted(JsonNode tracing) {
    return tracing.isEmpty() ? tracing : JsonNodeFactory.instance.objectNode().put("sampling", 1);
  }
}
