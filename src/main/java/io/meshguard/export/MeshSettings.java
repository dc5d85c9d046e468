package io.meshguard.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import io.meshguard.yaml.YamlWriter;
import java.util.List;
import java.util.Map;

/** What is kept of the mesh configuration and of istiod's own settings, whoever carries them. */
final class MeshSettings {

  /** No YAML: who reads it knows that there is a configuration, and nothing of it. */
  private static final String UNREADABLE = "[unreadable";

  /** Address of the cluster itself as a source of configuration. */
  private static final String CLUSTER = "k8s://";

  /** Values of a proxy that say what is redirected to it. */
  private static final List<String> REDIRECTION =
      List.of("excludeIPRanges", "excludeOutboundPorts", "includeIPRanges", "includeOutboundPorts");

  private MeshSettings() {}

  /** Returns the data of a ConfigMap of the control plane. */
  static JsonNode configMap(JsonNode data) {
    JsonNode kept = FieldSelection.fields(data, "mesh", "values");
    FieldSelection.change(kept, "mesh", text -> rewritten(text, true));
    FieldSelection.change(kept, "values", text -> rewritten(text, false));
    return kept;
  }

  /** Returns the spec of an IstioOperator or of a Sail Istio. */
  static JsonNode operator(JsonNode spec) {
    JsonNode kept = FieldSelection.fields(spec, "revision", "meshConfig", "values", "components");
    FieldSelection.change(kept, "meshConfig", MeshSettings::meshConfig);
    FieldSelection.change(kept, "values", MeshSettings::values);
    FieldSelection.change(kept, "components", MeshSettings::components);
    return kept;
  }

  private static JsonNode rewritten(JsonNode text, boolean mesh) {
    if (!text.isTextual() || text.textValue().isEmpty()) {
      return text;
    }
    String written;
    try {
      JsonNode tree = YamlReader.readOne(text.textValue(), YamlReader.Limits.EMBEDDED).tree();
      written = new YamlWriter(false).write(mesh ? meshConfig(tree) : values(tree));
    } catch (YamlException e) {
      written = UNREADABLE;
    }
    return JsonNodeFactory.instance.textNode(written);
  }

  private static JsonNode meshConfig(JsonNode config) {
    JsonNode kept =
        FieldSelection.fields(
            config,
            "configSources",
            "defaultConfig",
            "default_config",
            "defaultProviders",
            "defaultHttpRetryPolicy",
            "defaultServiceExportTo",
            "defaultVirtualServiceExportTo",
            "defaultDestinationRuleExportTo",
            "discoverySelectors",
            "extensionProviders",
            "h2UpgradePolicy",
            "localityLbSetting",
            "outboundTrafficPolicy",
            "pathNormalization",
            "rootNamespace");
    FieldSelection.change(kept, "defaultConfig", ProxyConfigFields::of);
    FieldSelection.change(kept, "default_config", ProxyConfigFields::of);
    FieldSelection.change(
        kept, "configSources", list -> FieldSelection.each(list, MeshSettings::source));
    FieldSelection.change(
        kept, "extensionProviders", list -> FieldSelection.each(list, MeshSettings::provider));
    return kept;
  }

  /** Of a source of configuration only whether it is the cluster itself. */
  private static JsonNode source(JsonNode source) {
    JsonNode kept = FieldSelection.fields(source, "address");
    FieldSelection.change(
        kept,
        "address",
        address ->
            JsonNodeFactory.instance.textNode(
                address.asText("").startsWith(CLUSTER) ? CLUSTER : "hidden"));
    return kept;
  }

  /** Of a provider: its name, what it is, and settings that matter. */
  private static JsonNode provider(JsonNode provider) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : provider.properties()) {
      boolean isName = entry.getKey().equals("name");
      kept.set(entry.getKey(), isName ? entry.getValue() : kind(entry.getValue()));
    }
    return kept;
  }

  private static JsonNode kind(JsonNode settings) {
    JsonNode kept = FieldSelection.fields(settings, "traceContextOption", "dynatraceSampler");
    FieldSelection.change(kept, "dynatraceSampler", MeshSettings::noted);
    return kept;
  }

  private static JsonNode values(JsonNode values) {
    JsonNode kept = FieldSelection.fields(values, "pilot", "global", "istio_cni", "meshConfig");
    FieldSelection.change(kept, "pilot", MeshSettings::pilot);
    FieldSelection.change(kept, "istio_cni", MeshSettings::enabled);
    FieldSelection.change(kept, "global", MeshSettings::global);
    FieldSelection.change(kept, "meshConfig", MeshSettings::meshConfig);
    return kept;
  }

  private static JsonNode global(JsonNode global) {
    JsonNode kept = FieldSelection.fields(global, "proxy");
    FieldSelection.change(
        kept,
        "proxy",
        proxy -> {
          JsonNode one =
              FieldSelection.fields(
                  proxy,
                  "clusterDomain",
                  "excludeIPRanges",
                  "excludeOutboundPorts",
                  "holdApplicationUntilProxyStarts",
                  "includeIPRanges",
                  "includeOutboundPorts",
                  "lifecycle");
          FieldSelection.change(one, "lifecycle", MeshSettings::noted);
          REDIRECTION.forEach(key -> FieldSelection.change(one, key, MeshSettings::shortened));
          return one;
        });
    return kept;
  }

  /** Of hooks or a sampler it only matters whether there are any. */
  private static JsonNode noted(JsonNode hooks) {
    return hooks.isEmpty() ? hooks : JsonNodeFactory.instance.objectNode().put("hidden", true);
  }

  /** Of what is redirected it only matters whether that is everything or nothing. */
  private static JsonNode shortened(JsonNode ranges) {
    boolean usual = ranges.asText("").isEmpty() || ranges.asText("").equals("*");
    return usual ? ranges : JsonNodeFactory.instance.textNode("hidden");
  }

  private static JsonNode enabled(JsonNode part) {
    return FieldSelection.fields(part, "enabled");
  }

  private static JsonNode pilot(JsonNode pilot) {
    JsonNode kept = FieldSelection.fields(pilot, "env", "cni");
    FieldSelection.change(kept, "env", Variables::ofMap);
    FieldSelection.change(kept, "cni", MeshSettings::enabled);
    return kept;
  }

  private static JsonNode components(JsonNode components) {
    JsonNode kept = FieldSelection.fields(components, "pilot");
    FieldSelection.change(
        kept,
        "pilot",
        pilot -> {
          JsonNode inner = FieldSelection.fields(pilot, "k8s");
          FieldSelection.change(
              inner,
              "k8s",
              k8s -> {
                JsonNode env = FieldSelection.fields(k8s, "env");
                FieldSelection.change(env, "env", Variables::ofContainer);
                return env;
              });
          return inner;
        });
    return kept;
  }
}
