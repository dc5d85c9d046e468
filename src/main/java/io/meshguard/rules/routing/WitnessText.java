package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshguard.match.Request;
import io.meshguard.resource.Credentials;
import io.meshguard.resource.Resource;
import io.meshguard.rules.routing.Examples.Example;
import java.util.List;
import java.util.Map;

/** A request as evidence: in a few words, and as JSON. Values that may be secret are left out. */
final class WitnessText {

  private static final String HIDDEN = "***";

  private WitnessText() {}

  /** Returns for example {@code POST /pay, header x-env: canary, port 8080}. */
  static String words(Example example) {
    return words(example.told());
  }

  /** Returns the same for a request of which only the conditions matter. */
  static String words(Request request) {
    StringBuilder words = new StringBuilder(request.method()).append(' ').append(request.path());
    String separator = "?";
    for (Map.Entry<String, String> parameter : request.query().entrySet()) {
      words.append(separator).append(parameter.getKey()).append('=').append(shown(parameter));
      separator = "&";
    }
    request
        .headers()
        .forEach(
            (name, values) ->
                values.forEach(
                    value ->
                        words
                            .append(", header ")
                            .append(name)
                            .append(": ")
                            .append(hidden(name, value))));
    if (request.port() != null) {
      words.append(", port ").append(request.port());
    }
    request
        .sourceLabels()
        .forEach((key, value) -> words.append(", from ").append(key).append('=').append(value));
    if (request.sourceNamespace() != null) {
      words.append(", from namespace ").append(request.sourceNamespace());
    }
    return words.toString();
  }

  /**
   * Returns the request as the JSON output carries it.
   *
   * @param takenBy place of the route that takes it
   * @param owner the other VirtualService in which that route stands
   */
  static ObjectNode json(Example example, String takenBy, Resource owner) {
    ObjectNode json = json(example, takenBy);
    json.putObject("takenByObject")
        .put("kind", owner.kind().name())
        .put("namespace", owner.namespace())
        .put("name", owner.name());
    return json;
  }

  /**
   * Returns the request as the JSON output carries it.
   *
   * @param takenBy place of the route that takes it
   */
  static ObjectNode json(Example example, String takenBy) {
    return json(example).put("takenBy", takenBy);
  }

  /** Returns a request as the JSON output carries it. */
  static ObjectNode json(Example example) {
    Request request = example.sent();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("method", request.method());
    json.put("path", request.path());
    json.put("authority", example.addressed() ? request.authority() : null);
    json.put("scheme", request.scheme());
    ObjectNode headers = json.putObject("headers");
    request.headers().forEach((name, values) -> headers.set(name, sent(name, values)));
    ObjectNode query = json.putObject("query");
    request.query().entrySet().forEach(entry -> query.put(entry.getKey(), shown(entry)));
    json.put("port", request.port());
    ObjectNode labels = json.putObject("sourceLabels");
    request.sourceLabels().forEach(labels::put);
    json.put("sourceNamespace", request.sourceNamespace());
    json.put("gateway", request.gateway());
    return json;
  }

  /** A header that is sent several times is a list. */
  private static JsonNode sent(String name, List<String> values) {
    if (values.size() == 1) {
      return TextNode.valueOf(hidden(name, values.get(0)));
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    values.forEach(value -> all.add(hidden(name, value)));
    return all;
  }

  private static String shown(Map.Entry<String, String> entry) {
    return hidden(entry.getKey(), entry.getValue());
  }

  private static String hidden(String name, String value) {
    return Credentials.isName(name) ? HIDDEN : value;
  }
}
