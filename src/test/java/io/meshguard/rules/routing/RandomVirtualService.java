package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** Makes VirtualServices of a few conditions and texts, so that their routes meet often. */
final class RandomVirtualService {

  private static final List<String> PREFIXES = List.of("/", "/a", "/a/b", "/ab", "/c");
  private static final List<String> EXACTS = List.of("/a", "/a/b", "/c");
  private static final List<String> PATTERNS = List.of("/a(/.*)?", "/a.*", ".*", "/(a|c)");

  private final Random random;
  private final boolean patterns;

  RandomVirtualService(Random random, boolean patterns) {
    this.random = random;
    this.patterns = patterns;
  }

  /** Returns one whose routes are told apart by their names, {@code r0} and so on. */
  ObjectNode next() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("apiVersion", "networking.istio.io/v1").put("kind", "VirtualService");
    tree.putObject("metadata").put("name", "random").put("namespace", "shop");
    ObjectNode spec = tree.putObject("spec");
    spec.putArray("hosts").add("shop.example.com");
    spec.putArray("gateways").add("mesh").add("gw");
    ArrayNode http = spec.putArray("http");
    int routes = 2 + random.nextInt(4);
    for (int i = 0; i < routes; i++) {
      ObjectNode route = http.addObject().put("name", "r" + i);
      route.putArray("route").addObject().putObject("destination").put("host", "h" + i);
      int matches = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2);
      for (int j = 0; j < matches; j++) {
        match(route.withArrayProperty("match").addObject());
      }
    }
    return tree;
  }

  private void match(ObjectNode match) {
    if (random.nextInt(6) > 0) {
      ObjectNode uri = match.putObject("uri");
      switch (random.nextInt(patterns ? 3 : 2)) {
        case 0 -> uri.put("prefix", one(PREFIXES));
        case 1 -> uri.put("exact", one(EXACTS));
        default -> uri.put("regex", one(PATTERNS));
      }
    }
    if (random.nextInt(4) == 0) {
      match.putObject("method").put("exact", one(List.of("GET", "POST")));
    }
    if (random.nextInt(4) == 0) {
      value(match.putObject("headers").putObject("x"));
    }
    if (random.nextInt(8) == 0) {
      match.putObject("withoutHeaders").putObject("x");
    }
    if (random.nextInt(6) == 0) {
      match.put("port", one(List.of(80, 8080)));
    }
    if (random.nextInt(6) == 0) {
      match.putObject("sourceLabels").put("app", one(List.of("a", "b")));
    }
    if (random.nextInt(8) == 0) {
      match.putArray("gateways").add(one(List.of("mesh", "gw")));
    }
  }

  private void value(ObjectNode value) {
    switch (random.nextInt(3)) {
      case 0 -> value.put("exact", one(List.of("a", "ab")));
      case 1 -> value.put("prefix", "a");
      default -> {
        // An empty test asks for presence alone.
      }
    }
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
