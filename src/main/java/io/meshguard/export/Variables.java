package io.meshguard.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Set;

/**
 * Environment variables. Only those of Istio itself that rules look up are kept, and only values
 * that say no more than on, off or a number; of one, the name of a ConfigMap.
 */
final class Variables {

  private static final Set<String> READ =
      Set.of(
          "ENABLE_ENHANCED_RESOURCE_SCOPING",
          "ENABLE_EXTERNAL_NAME_ALIAS",
          "ENABLE_NATIVE_SIDECARS",
          "PILOT_ENABLE_DESTINATION_RULE_INHERITANCE",
          "PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES",
          "PILOT_HTTP10",
          "PILOT_SCOPE_GATEWAY_TO_NAMESPACE",
          "ISTIO_META_HTTP10",
          "ISTIO_META_DNS_CAPTURE",
          "ISTIO_META_DNS_AUTO_ALLOCATE");

  private static final String CONFIG_MAP = "SHARED_MESH_CONFIG";
  private static final int LONGEST_NAME = 253;

  private Variables() {}

  /** Returns the variables of a container that may be shown. */
  static JsonNode ofContainer(JsonNode list) {
    if (!(list instanceof ArrayNode variables)) {
      return list;
    }
    ArrayNode kept = variables.arrayNode();
    for (JsonNode variable : variables) {
      if (shown(variable.path("name").asText(""), variable.path("value"))) {
        kept.add(FieldSelection.fields(variable, "name", "value"));
      }
    }
    return kept;
  }

  /** Returns the entries of a map by name that may be shown. */
  static JsonNode ofMap(JsonNode map) {
    return FieldSelection.fields(map, Variables::shown);
  }

  private static boolean shown(String name, JsonNode value) {
    String text = value.asText("");
    boolean number =
        !text.isEmpty() && text.length() < 10 && text.chars().allMatch(Variables::digit);
    boolean word = text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
    boolean kept = READ.contains(name) && (number || word);
    return value.isValueNode() && (kept || (name.equals(CONFIG_MAP) && isName(text)));
  }

  private static boolean isName(String text) {
    return text.length() <= LONGEST_NAME
        && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || digit(c) || c == '-' || c == '.');
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }
}
