package io.meshguard.export;

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

  private final Pseudonymizer veil;

  Routing(Pseudonymizer veil) {
    this.veil = veil;
  }

  /** Matches and destinations stay; values of headers that are set, and of credentials, do not. */
  JsonNode virtualService(JsonNode spec) {
    return route(spec, false);
  }

  /** Names and structure stay; every other text of a patch is hidden. */
  JsonNode envoyFilter(JsonNode spec) {
    JsonNode kept = FieldSelection.fields(spec, "workloadSelector", "configPatches");
    FieldSelection.change(
        kept,
        "configPatches",
        patches ->
            FieldSelection.each(
                patches,
                patch -> {
                  JsonNode entry = FieldSelection.fields(patch, "applyTo", "match", "patch");
                  FieldSelection.change(entry, "patch", value -> veil.texts(value, STRUCTURE));
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
            tls
                ? FieldSelection.fields(entry.getValue(), "mode")
                : destinationRule(entry.getValue()));
      }
      return copy;
    }
    return FieldSelection.each(tree, Routing::destinationRule);
  }

  static JsonNode gateway(JsonNode spec) {
    JsonNode kept = FieldSelection.fields(spec, "selector", "servers");
    FieldSelection.change(
        kept,
        "servers",
        servers ->
            FieldSelection.each(
                servers,
                server -> {
                  JsonNode one =
                      FieldSelection.fields(server, "port", "name", "bind", "hosts", "tls");
                  FieldSelection.change(one, "tls", Routing::serverTls);
                  return one;
                }));
    return kept;
  }

  /** Of certificates only what they are called: two servers with the same one matter. */
  private static JsonNode serverTls(JsonNode tls) {
    JsonNode kept =
        FieldSelection.fields(
            tls,
            "mode",
            "httpsRedirect",
            "credentialName",
            "credentialNames",
            "serverCertificate",
            "tlsCertificates");
    FieldSelection.change(
        kept,
        "tlsCertificates",
        list -> FieldSelection.each(list, one -> FieldSelection.fields(one, "serverCertificate")));
    return kept;
  }

  /** Of an HTTPRoute only what it is attached to. */
  static JsonNode httpRoute(JsonNode spec) {
    JsonNode kept = FieldSelection.fields(spec, "parentRefs");
    FieldSelection.change(
        kept,
        "parentRefs",
        list ->
            FieldSelection.each(
                list, one -> FieldSelection.fields(one, "group", "kind", "namespace", "name")));
    return kept;
  }

  /** Of what goes out: where it is listened for, and whither. */
  static JsonNode sidecar(JsonNode spec) {
    JsonNode kept =
        FieldSelection.fields(
            spec, "workloadSelector", "egress", "ingress", "outboundTrafficPolicy");
    FieldSelection.change(
        kept,
        "egress",
        list ->
            FieldSelection.each(
                list, one -> FieldSelection.fields(one, "port", "bind", "hosts", "captureMode")));
    FieldSelection.change(
        kept,
        "ingress",
        list -> FieldSelection.each(list, one -> FieldSelection.fields(one, "port")));
    return kept;
  }

  /** Of the Gateway API only by what names listeners are called. */
  static JsonNode gatewayOfApi(JsonNode spec) {
    JsonNode kept = FieldSelection.fields(spec, "gatewayClassName", "listeners");
    FieldSelection.change(
        kept,
        "listeners",
        list -> FieldSelection.each(list, one -> FieldSelection.fields(one, "name")));
    return kept;
  }

  static JsonNode telemetry(JsonNode spec) {
    JsonNode kept = FieldSelection.fields(spec, "selector", "targetRefs", "tracing");
    FieldSelection.change(
        kept,
        "tracing",
        list ->
            FieldSelection.each(
                list,
                tracing ->
                    FieldSelection.fields(
                        tracing,
                        "match",
                        "providers",
                        "disableSpanReporting",
                        "randomSamplingPercentage")));
    return kept;
  }

  static JsonNode proxyConfig(JsonNode spec) {
    JsonNode kept = FieldSelection.fields(spec, "selector", "environmentVariables");
    FieldSelection.change(kept, "environmentVariables", Variables::ofMap);
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
      return FieldSelection.each(tree, element -> route(element, hide));
    }
    return hide && tree.isTextual() ? veil.of(tree.textValue()) : tree;
  }
}
