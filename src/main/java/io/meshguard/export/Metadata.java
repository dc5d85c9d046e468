package io.meshguard.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.resource.Cursor;
import io.meshguard.yaml.YamlWriter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Metadata of objects and of Pods that they make. */
final class Metadata {

  /** Annotations whose values are words of Istio's own. */
  private static final Set<String> SHOWN =
      Set.of(
          "networking.istio.io/exportTo",
          "networking.istio.io/traffic-distribution",
          "inject.istio.io/templates",
          "sidecar.istio.io/inject",
          "sidecar.istio.io/interceptionMode",
          "sidecar.istio.io/nativeSidecar");

  /** Annotations of which only matters that they are there. */
  private static final Set<String> NOTED =
      Set.of(
          "openshift.io/sa.scc.uid-range",
          "sidecar.istio.io/status",
          "tke.cloud.tencent.com/networks",
          "traffic.sidecar.istio.io/excludeInboundPorts",
          "traffic.sidecar.istio.io/excludeOutboundIPRanges",
          "traffic.sidecar.istio.io/excludeOutboundPorts",
          "traffic.sidecar.istio.io/includeInboundPorts",
          "traffic.sidecar.istio.io/includeOutboundIPRanges",
          "traffic.sidecar.istio.io/includeOutboundPorts");

  /** Starts of annotations by which agents are injected; only matters that they are there. */
  private static final Set<String> AGENTS =
      Set.of("instrumentation.opentelemetry.io/inject", "sidecar.opentelemetry.io/inject");

  private Metadata() {}

  static JsonNode of(JsonNode metadata) {
    JsonNode kept =
        FieldSelection.fields(
            metadata,
            "name",
            "generateName",
            "namespace",
            "labels",
            "annotations",
            "ownerReferences",
            "creationTimestamp",
            "deletionTimestamp");
    FieldSelection.change(
        kept,
        "ownerReferences",
        owners ->
            FieldSelection.each(
                owners, o -> FieldSelection.fields(o, "apiVersion", "kind", "name", "controller")));
    FieldSelection.change(kept, "annotations", Metadata::annotations);
    if (kept instanceof ObjectNode object && object.path("annotations").isEmpty()) {
      object.remove("annotations");
    }
    return kept;
  }

  private static JsonNode annotations(JsonNode annotations) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : annotations.properties()) {
      String key = entry.getKey();
      if (SHOWN.contains(key)) {
        kept.set(key, entry.getValue());
      } else if (NOTED.contains(key) || AGENTS.stream().anyMatch(key::startsWith)) {
        kept.put(key, "hidden");
      } else if (key.equals(ProxyConfigText.ANNOTATION)) {
        proxyConfig(entry.getValue().asText("")).ifPresent(text -> kept.set(key, text));
      }
    }
    return kept;
  }

  private static Optional<JsonNode> proxyConfig(String text) {
    ProxyConfigText written = ProxyConfigText.of(text);
    Cursor config = written.config();
    if (written.problem().isPresent() || !config.isObject()) {
      return Optional.empty();
    }
    JsonNode kept = ProxyConfigFields.of(config.node());
    return kept.isEmpty()
        ? Optional.empty()
        : Optional.of(TextNode.valueOf(new YamlWriter(false).write(kept)));
  }
}
