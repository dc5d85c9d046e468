package io.meshguard.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.resource.Credentials;
import java.util.Map;
import java.util.Set;

/** What is kept of the specs of Istio's networking kinds. */
final class Routing {

  private static final Set<String> STRUCTURE =
      Set.of("name", "@type", "type_url", "typeUrl", "operation", "applyTo", "context");

  private final Veil veil;

  Routing(Veil veil) {
    this.veil = veil;
  }

  /** Matches and destinations stay; values of headers that are set, and of credentials, do not. */
  JsonNode virtualService(JsonNode spec) {
    return route(spec, false);
  }

  /** Names and structure stay; every other text of a patch is hidden. */
  JsonNode envoyFilter(JsonNode spec) {
    JsonNode kept = Pick.fields(spec, "workloadSelector", "configPatches");
    Pick.change(
        kept,
        "configPatches",
        patches ->
            Pick.each(
                patches,
                patch -> {
                  JsonNode entry = Pick.fields(patch, "applyTo", "match", "patch");
                  Pick.change(entry, "patch", value -> veil.texts(value, STRUCTURE));
                  return entry;
                }));
    return kept;
  }

  /** Of TLS only the mode. */
  static JsonNode destinationRule(JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        boolean tls = entry.getKey().equals("tls");
        copy.set(
            entry.getKey(),
            tls ? Pick.fields(entry.getValue(), "mode") : destinationRule(entry.getValue()));
      }
      return copy;
    }
    return Pick.each(tree, Routing::destinationRule);
  }

  static JsonNode gateway(JsonNode spec) {
    JsonNode kept = Pick.fields(spec, "selector", "servers");
    Pick.change(
        kept,
        "servers",
        servers ->
            Pick.each(
                servers,
                server -> {
                  JsonNode one = Pick.fields(server, "port", "name", "bind", "hosts", "tls");
                  Pick.change(one, "tls", tls -> Pick.fields(tls, "mode"));
                  return one;
                }));
    return kept;
  }

  static JsonNode telemetry(JsonNode spec) {
    JsonNode kept = Pick.fields(spec, "selector", "tracing");
    Pick.change(
        kept,
        "tracing",
        list ->
            Pick.each(
                list,
                tracing -> Pick.fields(tracing, "match", "providers", "disableSpanReporting")));
    return kept;
  }

  static JsonNode proxyConfig(JsonNode spec) {
    JsonNode kept = Pick.fields(spec, "selector", "environmentVariables");
    Pick.change(kept, "environmentVariables", Variables::ofMap);
    return kept;
  }

  private JsonNode route(JsonNode tree, boolean hide) {
    if (tree instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String key = entry.getKey();
        boolean written =
            ((key.equals("set") || key.equals("add")) && entry.getValue().isObject())
                || key.equals("directResponse")
                || key.equals("corsPolicy");
        copy.set(key, route(entry.getValue(), hide || written || Credentials.isName(key)));
      }
      return copy;
    }
    if (tree.isArray()) {
      return Pick.each(tree, element -> route(element, hide));
    }
    return hide && tree.isTextual() ? veil.of(tree.textValue()) : tree;
  }
}
