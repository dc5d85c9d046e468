package io.meshguard.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.resource.YamlException;
import io.meshguard.resource.YamlReader;
import io.meshguard.resource.YamlWriter;
import java.util.Map;

/** What is kept of the mesh configuration and of istiod's own settings, whoever carries them. */
final class MeshSettings {

  /** No YAML: who reads it knows that there is a configuration, and nothing of it. */
  private static final String UNREADABLE = "[unreadable";

  private MeshSettings() {}

  /** Returns the data of a ConfigMap of the control plane. */
  static JsonNode configMap(JsonNode data) {
    JsonNode kept = Pick.fields(data, "mesh", "values");
    Pick.change(kept, "mesh", text -> rewritten(text, true));
    Pick.change(kept, "values", text -> rewritten(text, false));
    return kept;
  }

  /** Returns the spec of an IstioOperator or of a Sail Istio. */
  static JsonNode operator(JsonNode spec) {
    JsonNode kept = Pick.fields(spec, "revision", "meshConfig", "values", "components");
    Pick.change(kept, "meshConfig", MeshSettings::meshConfig);
    Pick.change(kept, "values", MeshSettings::values);
    Pick.change(kept, "components", MeshSettings::components);
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
        Pick.fields(
            config,
            "defaultConfig",
            "default_config",
            "defaultProviders",
            "defaultHttpRetryPolicy",
            "defaultServiceExportTo",
            "defaultVirtualServiceExportTo",
            "defaultDestinationRuleExportTo",
            "discoverySelectors",
            "extensionProviders",
            "localityLbSetting",
            "rootNamespace");
    Pick.change(kept, "defaultConfig", ProxyConfigs::of);
    Pick.change(kept, "default_config", ProxyConfigs::of);
    Pick.change(kept, "extensionProviders", list -> Pick.each(list, MeshSettings::provider));
    return kept;
  }

  /** Of a provider: its name, what it is, and one setting that matters. */
  private static JsonNode provider(JsonNode provider) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : provider.properties()) {
      boolean isName = entry.getKey().equals("name");
      kept.set(
          entry.getKey(),
          isName ? entry.getValue() : Pick.fields(entry.getValue(), "traceContextOption"));
    }
    return kept;
  }

  private static JsonNode values(JsonNode values) {
    JsonNode kept = Pick.fields(values, "pilot", "global", "meshConfig");
    Pick.change(kept, "pilot", pilot -> below(pilot, "env"));
    Pick.change(kept, "global", MeshSettings::global);
    Pick.change(kept, "meshConfig", MeshSettings::meshConfig);
    return kept;
  }

  private static JsonNode global(JsonNode global) {
    JsonNode kept = Pick.fields(global, "proxy");
    Pick.change(
        kept,
        "proxy",
        proxy -> {
          JsonNode one = Pick.fields(proxy, "holdApplicationUntilProxyStarts", "lifecycle");
          Pick.change(one, "lifecycle", MeshSettings::noted);
          return one;
        });
    return kept;
  }

  /** Of hooks it only matters whether there are any. */
  private static JsonNode noted(JsonNode hooks) {
    return hooks.isEmpty() ? hooks : JsonNodeFactory.instance.objectNode().put("hidden", true);
  }

  private static JsonNode below(JsonNode pilot, String env) {
    JsonNode kept = Pick.fields(pilot, env);
    Pick.change(kept, env, Variables::ofMap);
    return kept;
  }

  private static JsonNode components(JsonNode components) {
    JsonNode kept = Pick.fields(components, "pilot");
    Pick.change(
        kept,
        "pilot",
        pilot -> {
          JsonNode inner = Pick.fields(pilot, "k8s");
          Pick.change(
              inner,
              "k8s",
              k8s -> {
                JsonNode env = Pick.fields(k8s, "env");
                Pick.change(env, "env", Variables::ofContainer);
                return env;
              });
          return inner;
        });
    return kept;
  }
}
