package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.resource.Cursor;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What routes do with their requests, without what decides whether they get them. Each is looked at
 * once, however often it is compared with others. Not for use by several threads at once.
 */
final class RouteActions {

  private final Map<JsonNode, Integer> numbers = new HashMap<>();
  private final IdentityHashMap<JsonNode, Integer> byRoute = new IdentityHashMap<>();

  /** Returns a number that is the same for routes that do the same. */
  int of(Cursor route) {
    return byRoute.computeIfAbsent(
        route.node(), node -> numbers.computeIfAbsent(actions(node), a -> numbers.size()));
  }

  private static JsonNode actions(JsonNode route) {
    if (!(route instanceof ObjectNode object)) {
      return route;
    }
    ObjectNode actions = JsonNodeFactory.instance.objectNode();
    object
        .properties()
        .forEach(
            field -> {
              if (!field.getKey().equals("match") && !field.getKey().equals("name")) {
                actions.set(field.getKey(), field.getValue());
              }
            });
    return actions;
  }
}
