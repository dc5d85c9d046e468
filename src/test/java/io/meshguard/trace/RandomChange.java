package io.meshguard.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Changes objects of a mesh as people do who edit them. */
final class RandomChange {
  private final Dice dice;

  RandomChange(Dice dice) {
    this.dice = dice;
  }

  /** Returns an object with something changed in it; empty where it is taken away. */
  Optional<ObjectNode> of(ObjectNode object) {
    ObjectNode changed = object.deepCopy();
    boolean left =
        switch (object.path("kind").asText()) {
          case "VirtualService" -> virtualService(Trees.spec(changed));
          case "DestinationRule" -> destinationRule(Trees.spec(changed));
          default -> true;
        };
    return left ? Optional.of(changed) : Optional.empty();
  }

  private boolean virtualService(ObjectNode spec) {
    if (dice.percent(12)) {
      return false;
    }
    if (!spec.has("http") || ((spec.has("tls") || spec.has("tcp")) && dice.percent(40))) {
      bytes(spec);
      return true;
    }
    ArrayNode http = (ArrayNode) spec.get("http");
    if (http.isEmpty()) {
      return false;
    }
    int at = dice.below(http.size());
    ObjectNode route = (ObjectNode) http.get(at);
    switch (dice.below(10)) {
      case 0 -> {
        if (http.size() == 1) {
          return false;
        }
        http.remove(at);
      }
      case 1 -> {
        JsonNode moved = http.remove(at);
        http.insert(dice.below(http.size() + 1), moved);
      }
      case 2 -> http.insert(dice.below(http.size() + 1), answer());
      case 3, 4 -> match(route);
      case 5 -> route.put("timeout", dice.of("3s", "4s", "9s"));
      case 6 -> rewrite(route);
      case 7 -> weights(route);
      default -> destinations(route.path("route"));
    }
    return true;
  }

  /** A new route takes what others took. */
  private ObjectNode answer() {
    ObjectNode route = JsonNodeFactory.instance.objectNode();
    ObjectNode match = route.putArray("match").addObject();
    match.putObject("uri").put(dice.of("prefix", "exact"), dice.of("/", "/a", "/a/b", "/c"));
    if (dice.percent(30)) {
      match.putObject("headers").putObject("x-b").put("prefix", "b");
    }
    route.putObject("directResponse").put("status", 290 + dice.below(5));
    return route;
  }

  private void match(ObjectNode route) {
    if (!route.has("match") || route.has("delegate")) {
      if (!route.has("delegate")) {
        route.putArray("match").addObject().putObject("uri").put("prefix", dice.of("/a", "/c"));
      }
      return;
    }
    ArrayNode matches = (ArrayNode) route.get("match");
    ObjectNode match = (ObjectNode) dice.one(elements(matches));
    switch (dice.below(5)) {
      case 0 -> match.putObject("method").put("exact", dice.one(RandomRoutes.METHODS));
      case 1 ->
          match
              .withObject("/headers")
              .putObject(dice.one(RandomRoutes.HEADERS))
              .put("exact", dice.one(RandomRoutes.VALUES));
      case 2 -> matches.addObject().putObject("uri").put("exact", dice.of("/d", "/a/", "/ab"));
      case 3 -> match.remove("headers");
      default ->
          match
              .putObject("uri")
              .put(dice.of("prefix", "exact"), dice.of("/a", "/a/b", "/ab", "/c", "/A"));
    }
  }

  private void rewrite(ObjectNode route) {
    if (!route.has("route")) {
      return;
    }
    if (route.has("rewrite")) {
      route.remove("rewrite");
    } else {
      route.putObject("rewrite").put("uri", dice.of("/", "/changed", "/changed/"));
    }
  }

  private void weights(ObjectNode route) {
    if (route.path("route").size() == 2) {
      int weight = dice.of(0, 20, 100);
      ((ObjectNode) route.at("/route/0")).put("weight", weight);
      ((ObjectNode) route.at("/route/1")).put("weight", 100 - weight);
    } else {
      destinations(route.path("route"));
    }
  }

  private void bytes(ObjectNode spec) {
    for (String list : List.of("tcp", "tls")) {
      if (spec.path(list).size() > 0) {
        destinations(dice.one(elements(spec.get(list))).path("route"));
      }
    }
  }

  private void destinations(JsonNode route) {
    if (route.isEmpty()) {
      return;
    }
    ObjectNode destination = (ObjectNode) dice.one(elements(route)).path("destination");
    switch (dice.below(5)) {
      case 0 -> destination.put("subset", dice.of("v1", "v2", "v9"));
      case 1 -> destination.remove("subset");
      case 2 -> destination.putObject("port").put("number", dice.of(80, 8000, 9000, 8082));
      case 3 -> destination.remove("port");
      default -> {
        destination.put("host", dice.of("gone.shop.svc.cluster.local", "gone.example.org"));
        destination.remove("subset");
      }
    }
  }

  private boolean destinationRule(ObjectNode spec) {
    if (dice.percent(20)) {
      return false;
    }
    ArrayNode subsets = (ArrayNode) spec.get("subsets");
    switch (dice.below(4)) {
      case 0 -> {
        subsets.remove(dice.below(subsets.size()));
        if (subsets.isEmpty()) {
          return false;
        }
      }
      case 1 -> {
        ObjectNode subset = (ObjectNode) dice.one(elements(subsets));
        subset.put("name", "v9");
      }
      case 2 -> {
        ObjectNode subset = (ObjectNode) dice.one(elements(subsets));
        subset.putObject("labels").put("version", dice.of("v1", "v2", "nobody"));
      }
      default ->
          spec.putObject("trafficPolicy")
              .putObject("connectionPool")
              .putObject("http")
              .put("maxRequestsPerConnection", 50);
    }
    return true;
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> all = new ArrayList<>();
    array.forEach(all::add);
    return all;
  }
}
