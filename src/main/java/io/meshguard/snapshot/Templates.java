package io.meshguard.snapshot;

import com.fasterxml.jackson.databind.JsonNode;

/** What is kept of the definition of Pods. */
final class Templates {

  private Templates() {}

  static JsonNode of(JsonNode template) {
    JsonNode kept = Pick.fields(template, "metadata", "spec");
    Pick.change(kept, "metadata", Metadata::of);
    Pick.change(kept, "spec", Templates::spec);
    return kept;
  }

  private static JsonNode spec(JsonNode spec) {
    JsonNode kept =
        Pick.fields(spec, "hostNetwork", "subdomain", "containers", "initContainers", "volumes");
    Pick.change(kept, "containers", list -> Pick.each(list, Templates::container));
    Pick.change(kept, "initContainers", list -> Pick.each(list, Templates::container));
    Pick.change(kept, "volumes", list -> Pick.each(list, Templates::volume));
    return kept;
  }

  private static JsonNode container(JsonNode container) {
    JsonNode kept = Pick.fields(container, "name", "image", "ports", "volumeMounts", "env");
    Pick.change(
        kept,
        "volumeMounts",
        list -> Pick.each(list, mount -> Pick.fields(mount, "name", "mountPath", "subPath")));
    Pick.change(kept, "env", Variables::ofContainer);
    return kept;
  }

  /** Of volumes only those matter that come from ConfigMaps. */
  private static JsonNode volume(JsonNode volume) {
    JsonNode kept = Pick.fields(volume, "name", "configMap", "projected");
    Pick.change(
        kept,
        "projected",
        projected -> {
          JsonNode sources = Pick.fields(projected, "sources");
          Pick.change(
              sources,
              "sources",
              list -> Pick.each(list, source -> Pick.fields(source, "configMap")));
          return sources;
        });
    return kept;
  }
}
