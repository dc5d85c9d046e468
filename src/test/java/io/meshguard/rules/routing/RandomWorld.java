package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.match.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes VirtualServices of all kinds of conditions, and requests that come near them. Each http
 * entry answers by itself, with a status that no other entry of its host has.
 */
final class RandomWorld {
  /** The status of the first entry of a host; the next has the next. */
  static final int FIRST_STATUS = 230;

  private static final List<String> PREFIXES = List.of("/", "/a", "/a/", "/a/b", "/ab", "/A", "/c");
  private static final List<String> EXACTS = List.of("/", "/a", "/a/b", "/A/b", "/c");
  private static final List<String> PATTERNS =
      List.of("/a(/.*)?", "/a.*", ".*", "/(a|c)", "/[ac]/b?", "/a/[^/]+", "(?i)/a");
  private static final List<String> PATHS =
      List.of(
          "/", "/a", "/a/", "/a/b", "/a/bx", "/ab", "/A", "/A/b", "/AB", "/c", "/cx", "/c/b", "/d");
  private static final List<String> VALUES = List.of("a", "ab", "b", "bc", "A");
  private static final List<String> METHODS = List.of("GET", "POST", "PUT");

  private final Random random;
  private int statuses;

  RandomWorld(Random random) {
    this.random = random;
  }

  /**
   * Where a request comes in.
   *
   * @param gateway {@code istio-system/first}, {@code istio-system/second} or {@code mesh}
   * @param port where it is listened
   * @param app label of the client in the mesh; empty at a gateway
   */
  record Entry(String gateway, int port, String app) {
    static final Entry FIRST = new Entry("istio-system/first", 80, "");
    static final Entry SECOND = new Entry("istio-system/second", 8080, "");
    static final Entry CLIENT_A = new Entry("mesh", 80, "a");
    static final Entry CLIENT_B = new Entry("mesh", 80, "b");

    /** One whose label no match asks for. */
    static final Entry CLIENT_Z = new Entry("mesh", 80, "z");
  }

  /**
   * The VirtualServices of one host.
   *
   * @param host the host
   * @param objects roots by age of their names, then delegates
   * @param entries where requests for the host may come in
   */
  record Host(String host, List<ObjectNode> objects, List<Entry> entries) {}

  /** Returns the VirtualServices of a host of its own. */
  Host next(int number) {
    String host = "h%03d.example.com".formatted(number);
    statuses = FIRST_STATUS;
    List<ObjectNode> objects = new ArrayList<>();
    switch (random.nextInt(6)) {
      case 0 -> {
        ObjectNode root = object(number, "a");
        gateways(root, host, List.of("istio-system/first"));
        objects.add(root);
        ObjectNode other = object(number, "b");
        gateways(other, host, List.of("istio-system/first"));
        objects.add(other);
        objects.forEach(each -> routes(each, 1 + random.nextInt(4)));
        return new Host(host, objects, List.of(Entry.FIRST));
      }
      case 1 -> {
        ObjectNode root = object(number, "a");
        gateways(root, host, List.of("istio-system/first"));
        ObjectNode delegate = object(number, "d");
        routes(delegate, 1 + random.nextInt(3));
        ArrayNode http = routes(root, 1 + random.nextInt(3));
        ObjectNode route = http.insertObject(random.nextInt(http.size() + 1));
        ObjectNode match = route.putArray("match").addObject();
        match.putObject("uri").put("prefix", one(PREFIXES));
        route.putObject("delegate").put("name", "h%03d-d".formatted(number));
        objects.add(root);
        objects.add(delegate);
        return new Host(host, objects, List.of(Entry.FIRST));
      }
      default -> {
        ObjectNode root = object(number, "a");
        List<Entry> entries =
            one(
                List.of(
                    List.of(Entry.FIRST),
                    List.of(Entry.FIRST, Entry.SECOND),
                    List.of(Entry.CLIENT_Z, Entry.CLIENT_A, Entry.CLIENT_B),
                    List.of(Entry.FIRST, Entry.CLIENT_Z, Entry.CLIENT_A, Entry.CLIENT_B)));
        List<String> names = entries.stream().map(Entry::gateway).distinct().toList();
        gateways(root, host, names);
        routes(root, 2 + random.nextInt(6));
        own(root, names);
        objects.add(root);
        return new Host(host, objects, entries);
      }
    }
  }

  private static ObjectNode object(int number, String suffix) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("apiVersion", "networking.istio.io/v1").put("kind", "VirtualService");
    tree.putObject("metadata")
        .put("name", "h%03d-%s".formatted(number, suffix))
        .put("namespace", "shop");
    tree.putObject("spec");
    return tree;
  }

  private static void gateways(ObjectNode tree, String host, List<String> gateways) {
    ObjectNode spec = (ObjectNode) tree.get("spec");
    spec.putArray("hosts").add(host);
    ArrayNode list = spec.putArray("gateways");
    gateways.forEach(list::add);
  }

  private ArrayNode routes(ObjectNode tree, int count) {
    ArrayNode http = ((ObjectNode) tree.get("spec")).putArray("http");
    for (int i = 0; i < count; i++) {
      ObjectNode route = http.addObject();
      int matches = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2);
      for (int j = 0; j < matches; j++) {
        match(route.withArrayProperty("match").addObject());
      }
      route.putObject("directResponse").put("status", statuses++);
    }
    return http;
  }

  /** Some matches say where they hold. */
  private void own(ObjectNode tree, List<String> names) {
    for (var route : tree.at("/spec/http")) {
      for (var match : route.path("match")) {
        if (random.nextInt(8) == 0) {
          ((ObjectNode) match).putArray("gateways").add(one(names));
        } else if (names.contains("mesh") && random.nextInt(6) == 0) {
          ((ObjectNode) match).putObject("sourceLabels").put("app", one(List.of("a", "b", "c")));
        }
      }
    }
  }

  private void match(ObjectNode match) {
    if (random.nextInt(5) > 0) {
      ObjectNode uri = match.putObject("uri");
      switch (random.nextInt(3)) {
        case 0 -> uri.put("prefix", one(PREFIXES));
        case 1 -> uri.put("exact", one(EXACTS));
        default -> uri.put("regex", one(PATTERNS));
      }
      if (!uri.has("regex") && random.nextInt(5) == 0) {
        match.put("ignoreUriCase", true);
      }
    }
    if (random.nextInt(4) == 0) {
      ObjectNode method = match.putObject("method");
      if (random.nextBoolean()) {
        method.put("exact", one(METHODS));
      } else {
        method.put("regex", "GET|P.*");
      }
    }
    for (String header : List.of("x-a", "x-b")) {
      if (random.nextInt(5) == 0) {
        value(match.withObjectProperty("headers").putObject(header));
      } else if (random.nextInt(8) == 0) {
        value(match.withObjectProperty("withoutHeaders").putObject(header));
      }
    }
    if (random.nextInt(6) == 0) {
      ObjectNode query = match.putObject("queryParams").putObject("q");
      if (random.nextBoolean()) {
        query.put("exact", one(VALUES));
      } else {
        query.put("regex", "a.*");
      }
    }
    if (random.nextInt(10) == 0) {
      match.putObject("authority").put("prefix", one(List.of("h", "h0", "h1", "h00", "x")));
    }
    if (random.nextInt(12) == 0) {
      match.putObject("scheme").put("exact", one(List.of("http", "http", "https")));
    }
    if (random.nextInt(8) == 0) {
      match.put("port", one(List.of(80, 8080)));
    }
  }

  private void value(ObjectNode value) {
    switch (random.nextInt(4)) {
      case 0 -> value.put("exact", one(VALUES));
      case 1 -> value.put("prefix", one(List.of("a", "b")));
      case 2 -> value.put("regex", one(List.of("a.*", "a|b", ".+")));
      default -> {
        // An empty test asks for presence alone.
      }
    }
  }

  /**
   * Returns a request for a host that comes in somewhere.
   *
   * @param repeated whether a header may be sent several times
   */
  Request request(Host host, Entry entry, boolean repeated) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String header : List.of("x-a", "x-b")) {
      int times = random.nextInt(2) + (repeated && random.nextInt(5) == 0 ? 1 : 0);
      List<String> values = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        values.add(one(VALUES));
      }
      if (!values.isEmpty()) {
        headers.put(header, values);
      }
    }
    Map<String, String> query =
        random.nextInt(3) == 0 ? Map.of("q", one(VALUES)) : Map.<String, String>of();
    return new Request(
        one(METHODS),
        one(PATHS),
        host.host(),
        "http",
        headers,
        query,
        entry.port(),
        entry.app().isEmpty() ? Map.of() : Map.of("app", entry.app()),
        entry.app().isEmpty() ? null : "shop",
        entry.gateway());
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
