package io.meshguard.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Set;

/** What is kept of the definition of Pods. */
final class Templates {

  /** Containers of istiod and of its proxies. */
  private static final Set<String> ISTIO = Set.of("discovery", "istio-proxy");

  private static final Set<String> FIELDS =
      Set.of("name", "image", "ports", "securityContext", "volumeMounts", "env");

  /** Where the words of a command line stand. */
  private static final Set<String> WORDS = Set.of("command", "args");

  /** What program of Istio it is, and which kind of proxy. */
  private static final Set<String> PROGRAMS = Set.of("discovery", "proxy", "router", "sidecar");

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
            spec,
            "hostNetwork",
            "subdomain",
            "securityContext",
            "containers",
            "initContainers",
            "volumes");
    FieldSelection.change(kept, "securityContext", Templates::user);
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
            container,
            (field, value) ->
                FIELDS.contains(field) || (WORDS.contains(field) && (ofIstio || isRouter(value))));
    WORDS.forEach(field -> FieldSelection.change(kept, field, Templates::arguments));
    FieldSelection.change(kept, "securityContext", Templates::user);
    FieldSelection.change(
        kept,
        "volumeMounts",
        list ->
            FieldSelection.each(
                list, mount -> FieldSelection.fields(mount, "name", "mountPath", "subPath")));
    FieldSelection.change(kept, "env", Variables::ofContainer);
    return kept;
  }

  /** Returns whether words make a proxy a gateway, by which its container is known. */
  private static boolean isRouter(JsonNode words) {
    for (JsonNode word : words) {
      if (word.asText("").equals("router")) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode user(JsonNode context) {
    return FieldSelection.fields(context, "runAsUser", "runAsGroup");
  }

  /** Of arguments only what program of Istio it is, its domain, and what registries it reads. */
  private static JsonNode arguments(JsonNode arguments) {
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    boolean domain = false;
    for (JsonNode argument : arguments) {
      String word = argument.asText("");
      boolean next = word.equals("--domain");
      boolean read = word.startsWith("--domain=") || word.startsWith("--registries");
      if (domain || next || read || PROGRAMS.contains(word)) {
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
