package io.meshguard.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Set;

/** What is kept of the definition of Pods. */
final class Templates {

  /** Containers of istiod and of its proxies. */
  private static final Set<String> ISTIO = Set.of("discovery", "istio-proxy");

  private Templates() {}

  static JsonNode of(JsonNode template) {
    JsonNode kept = FieldSelection.fields(template, "metadata", "spec");
    FieldSelection.change(kept, "metadata", Metadata::of);
    FieldSelection.change(kept, "spec", Templates::spec);
    return kept;
  }

  private static JsonNode spec(JsonNode spec) {
    JsonNode kept =
        FieldSelection.fields(
            spec, "hostNetwork", "subdomain", "containers", "initContainers", "volumes");
    FieldSelection.change(
        kept, "containers", list -> FieldSelection.each(list, Templates::container));
    FieldSelection.change(
        kept, "initContainers", list -> FieldSelection.each(list, Templates::container));
    FieldSelection.change(kept, "volumes", list -> FieldSelection.each(list, Templates::volume));
    return kept;
  }

  private static JsonNode container(JsonNode container) {
    boolean ofIstio = ISTIO.contains(container.path("name").asText(""));
    JsonNode kept =
        FieldSelection.fields(
            container, "name", "image", "ports", "volumeMounts", "env", ofIstio ? "args" : "name");
    FieldSelection.change(kept, "args", Templates::arguments);
    FieldSelection.change(
        kept,
        "volumeMounts",
        list ->
            FieldSelection.each(
                list, mount -> FieldSelection.fields(mount, "name", "mountPath", "subPath")));
    FieldSelection.change(kept, "env", Variables::ofContainer);
    return kept;
  }

  /**
   * Of arguments only what program or proxy of Istio it is, its domain, and what registries it
   * reads.
   */
  private static JsonNode arguments(JsonNode arguments) {
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    boolean domain = false;
    for (JsonNode argument : arguments) {
      String word = argument.asText("");
      boolean next = word.equals("--domain");
      boolean read = word.startsWith("--domain=") || word.startsWith("--registries");
      boolean program = word.equals("discovery") || word.equals("router");
      if (domain || next || read || program) {
        kept.add(argument);
      }
      domain = next;
    }
    return kept;
  }

  /** Of volumes only those matter that come from ConfigMaps. */
  private static JsonNode volume(JsonNode volume) {
    JsonNode kept = FieldSelection.fields(volume, "name", "configMap", "projected");
    FieldSelection.change(
        kept,
        "projected",
        projected -> {
          JsonNode sources = FieldSelection.fields(projected, "sources");
          FieldSelection.change(
              sources,
              "sources",
              list ->
                  FieldSelection.each(list, source -> FieldSelection.fields(source, "configMap")));
          return sources;
        });
    return kept;
  }
}
