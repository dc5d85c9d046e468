package io.meshguard.trace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.trace.RandomServices.Port;
import io.meshguard.trace.RandomServices.Registered;
import java.util.List;

/** VirtualServices and DestinationRules of all kinds. */
final class RandomRoutes {
  static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE");
  static final List<String> VALUES = List.of("a", "ab", "b", "bc", "A");
  static final List<String> HEADERS = List.of("x-a", "x-b");

  private static final List<String> PREFIXES =
      List.of("/", "/a", "/a/", "/a/b", "/ab", "/A", "/c", "/c/");
  private static final List<String> EXACTS = List.of("/", "/a", "/a/b", "/A/b", "/c");
  private static final List<String> PATTERNS =
      List.of("/a(/.*)?", "/a.*", ".*", "/(a|c)", "/[ac]/b?", "/a/[^/]+", "(?i)/a");
  private static final int FIRST_STATUS = 230;

  private final Dice dice;
  private final List<Registered> registered;
  private int statuses;

  RandomRoutes(Dice dice, List<Registered> registered) {
    this.dice = dice;
    this.registered = registered;
  }

  /**
   * Where routes stand.
   *
   * @param namespace of the VirtualService
   * @param own the host that they are for, where it is registered, to which most of them lead
   * @param gateways the references of the VirtualService
   */
  record Place(String namespace, List<Registered> own, List<String> gateways) {}

  /** Returns a VirtualService without routes. */
  ObjectNode virtualService(Place place, String name, List<String> hosts) {
    ObjectNode object = Trees.object(Trees.NETWORKING, "VirtualService", place.namespace(), name);
    ObjectNode spec = Trees.spec(object);
    ArrayNode list = spec.putArray("hosts");
    hosts.forEach(list::add);
    if (!place.gateways().isEmpty()) {
      ArrayNode gateways = spec.putArray("gateways");
      place.gateways().forEach(gateways::add);
    }
    if (dice.percent(12)) {
      spec.putArray("exportTo").add(dice.of(".", "*", "shop", "istio-system"));
    }
    return object;
  }

  /** Adds http routes. */
  ArrayNode http(ObjectNode virtualService, Place place, int count) {
    statuses = FIRST_STATUS;
    ArrayNode http = Trees.spec(virtualService).putArray("http");
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      ObjectNode route = http.addObject();
      if (dice.percent(30)) {
        route.put("name", "r" + i);
      }
      int matches = last && dice.percent(60) ? 0 : dice.percent(12) ? 0 : 1 + dice.below(2);
      for (int j = 0; j < matches; j++) {
        match(route.withArrayProperty("match").addObject(), place);
      }
      act(route, place);
    }
    return http;
  }

  private void act(ObjectNode route, Place place) {
    int kind = dice.below(100);
    if (kind < 14) {
      redirect(route.putObject("redirect"));
      return;
    }
    if (kind < 26) {
      ObjectNode answer = route.putObject("directResponse").put("status", statuses++);
      if (dice.percent(30)) {
        answer.putObject("body").put("string", "told");
      }
      return;
    }
    ArrayNode list = route.putArray("route");
    if (dice.percent(25)) {
      int weight = dice.of(0, 50, 50, 100);
      destination(list.addObject().put("weight", weight), place);
      destination(list.addObject().put("weight", 100 - weight), place);
    } else {
      destination(list.addObject(), place);
    }
    if (dice.percent(12)) {
      ObjectNode abort = route.putObject("fault").putObject("abort");
      abort.put("httpStatus", statuses++);
      abort.putObject("percentage").put("value", 100);
    }
    if (dice.percent(25)) {
      rewrite(route.putObject("rewrite"), usesPattern(route));
    }
    if (dice.percent(15)) {
      ObjectNode headers = route.putObject("headers").putObject("request");
      headers.putObject("set").put("x-told", "by-route");
      if (dice.percent(30)) {
        headers.putObject("set").put("Host", "set.example.org");
      }
    }
    if (dice.percent(10)) {
      route.put("timeout", "7s");
    }
    if (dice.percent(10)) {
      route.putObject("retries").put("attempts", dice.below(3)).put("retryOn", "5xx");
    }
    if (dice.percent(6)) {
      destination(route.putObject("mirror"), place, false);
    }
  }

  private static boolean usesPattern(ObjectNode route) {
    return route.path("match").size() == 1 && route.at("/match/0/uri").has("regex");
  }

  private void redirect(ObjectNode redirect) {
    if (dice.percent(60)) {
      redirect.put("uri", dice.of("/moved", "/", "/moved/x?y=1"));
    }
    if (dice.percent(50) || redirect.isEmpty()) {
      redirect.put("authority", dice.of("new.example.com", "other.example.org"));
    }
    if (dice.percent(25)) {
      redirect.put("scheme", dice.of("https", "http"));
    }
    switch (dice.below(6)) {
      case 0 -> redirect.put("port", dice.of(80, 8443, 443));
      case 1 -> redirect.put("derivePort", dice.of("FROM_PROTOCOL_DEFAULT", "FROM_REQUEST_PORT"));
      default -> {
        // The usual.
      }
    }
    if (dice.percent(40)) {
      redirect.put("redirectCode", dice.of(301, 302, 303, 307, 308));
    }
  }

  private void rewrite(ObjectNode rewrite, boolean pattern) {
    if (pattern && dice.percent(30)) {
      rewrite.putObject("uriRegexRewrite").put("match", "^/([a-z])").put("rewrite", "/x-\\1");
    } else if (dice.percent(70)) {
      rewrite.put("uri", dice.of("/", "/new", "/new/", "/a/b/c"));
    }
    if (dice.percent(40) || rewrite.isEmpty()) {
      rewrite.put("authority", "rewritten.example.org");
    }
  }

  private void destination(ObjectNode weighted, Place place) {
    destination(weighted.putObject("destination"), place, true);
  }

  private void destination(ObjectNode node, Place place, boolean broken) {
    if (broken && dice.percent(5)) {
      node.put("host", dice.of("missing", "missing.pay.svc.cluster.local", "missing.example.org"));
      return;
    }
    Registered to =
        place.own().isEmpty() || dice.percent(25) ? dice.one(registered) : dice.one(place.own());
    node.put("host", spell(to, place.namespace()));
    if (dice.percent(30)) {
      node.put("subset", dice.of("v1", "v1", "v2", "v3", "v9"));
    }
    if (dice.percent(45)) {
      Port port = dice.one(to.ports());
      node.putObject("port").put("number", dice.percent(92) ? port.number() : port.target() + 1);
    }
  }

  /** Returns a name of a host as objects of a namespace may write it. */
  private String spell(Registered host, String namespace) {
    if (!host.isService()) {
      return host.host();
    }
    String name = host.host().substring(0, host.host().indexOf('.'));
    if (host.namespace().equals(namespace) && dice.percent(60)) {
      return name;
    }
    return dice.percent(4) ? name + "." + host.namespace() : host.host();
  }

  private void match(ObjectNode match, Place place) {
    if (dice.percent(75)) {
      ObjectNode uri = match.putObject("uri");
      switch (dice.below(3)) {
        case 0 -> uri.put("prefix", dice.one(PREFIXES));
        case 1 -> uri.put("exact", dice.one(EXACTS));
        default -> uri.put("regex", dice.one(PATTERNS));
      }
      if (!uri.has("regex") && dice.percent(15)) {
        match.put("ignoreUriCase", true);
      }
    }
    if (dice.percent(18)) {
      ObjectNode method = match.putObject("method");
      if (dice.percent(50)) {
        method.put("exact", dice.one(METHODS));
      } else {
        method.put("regex", "GET|P.*");
      }
    }
    for (String header : HEADERS) {
      if (dice.percent(15)) {
        value(match.withObjectProperty("headers").putObject(header));
      } else if (dice.percent(9)) {
        value(match.withObjectProperty("withoutHeaders").putObject(header));
      }
    }
    if (dice.percent(12)) {
      ObjectNode query = match.putObject("queryParams").putObject("q");
      switch (dice.below(3)) {
        case 0 -> query.put("exact", dice.one(VALUES));
        case 1 -> query.put("prefix", "a");
        default -> query.put("regex", "a.*");
      }
    }
    if (dice.percent(8)) {
      match
          .putObject("authority")
          .put(dice.of("prefix", "prefix", "exact"), dice.of("h", "s", "e1", "h1", "S"));
    }
    if (dice.percent(5)) {
      match.putObject("scheme").put("exact", dice.of("http", "http", "https"));
    }
    if (dice.percent(10)) {
      match.put("port", dice.of(80, 80, 8000, 8080));
    }
    if (dice.percent(8)) {
      match
          .putObject("sourceLabels")
          .put(dice.of("app", "istio"), dice.of("web", "job", "ingress"));
    }
    if (dice.percent(6)) {
      match.put("sourceNamespace", dice.of("shop", "pay", "istio-system"));
    }
    if (place.gateways().size() > 1 && dice.percent(20)) {
      match.putArray("gateways").add(dice.one(place.gateways()));
    }
  }

  private void value(ObjectNode value) {
    switch (dice.below(4)) {
      case 0 -> value.put("exact", dice.one(VALUES));
      case 1 -> value.put("prefix", dice.of("a", "b"));
      case 2 -> value.put("regex", dice.of("a.*", "a|b", ".+"));
      default -> {
        // An empty test asks for presence alone.
      }
    }
  }

  /** Adds tcp routes. */
  void tcp(ObjectNode virtualService, Place place) {
    ArrayNode tcp = Trees.spec(virtualService).putArray("tcp");
    int count = 1 + dice.below(2);
    for (int i = 0; i < count; i++) {
      ObjectNode route = tcp.addObject();
      if (i < count - 1 || dice.percent(60)) {
        ObjectNode match = route.putArray("match").addObject();
        switch (dice.below(3)) {
          case 0 -> match.put("port", dice.of(9000, 7070, 8000));
          case 1 -> match.putObject("sourceLabels").put("app", dice.of("web", "job"));
          default -> match.put("port", 9000).put("sourceNamespace", "shop");
        }
      }
      ArrayNode list = route.putArray("route");
      destination(list.addObject(), place);
      if (dice.percent(20)) {
        destination(((ObjectNode) list.get(0)).put("weight", 50), place);
        destination(list.addObject().put("weight", 50), place);
      }
    }
  }

  /** Adds tls routes for some server names. */
  void tls(ObjectNode virtualService, Place place, List<String> names) {
    ArrayNode tls = Trees.spec(virtualService).putArray("tls");
    for (String name : names) {
      ObjectNode route = tls.addObject();
      ObjectNode match = route.putArray("match").addObject();
      match.putArray("sniHosts").add(name);
      if (dice.percent(30)) {
        match.put("port", dice.of(443, 443, 8443));
      }
      if (dice.percent(10)) {
        match.putObject("sourceLabels").put("app", "web");
      }
      destination(route.putArray("route").addObject(), place);
    }
  }

  /** Returns a DestinationRule for a host. */
  ObjectNode destinationRule(Registered host, String name) {
    String namespace =
        dice.percent(60)
            ? host.namespace()
            : dice.percent(30) ? "istio-system" : dice.one(Stage.NAMESPACES);
    ObjectNode object = Trees.object(Trees.NETWORKING, "DestinationRule", namespace, name);
    ObjectNode spec = Trees.spec(object);
    String text = spell(host, namespace);
    spec.put(
        "host", dice.percent(8) ? "*" + host.host().substring(host.host().indexOf('.')) : text);
    for (String subset : dice.some(1 + dice.below(3), List.of("v1", "v2", "v3"))) {
      ObjectNode node = spec.withArrayProperty("subsets").addObject().put("name", subset);
      node.putObject("labels").put("version", subset);
    }
    if (dice.percent(40)) {
      ObjectNode policy = spec.putObject("trafficPolicy");
      policy.putObject("connectionPool").putObject("tcp").put("maxConnections", 1000);
      if (dice.percent(30)) {
        policy.putObject("outlierDetection").put("consecutive5xxErrors", 100_000);
      }
    }
    if (dice.percent(18)) {
      spec.putArray("exportTo").add(dice.of(".", "*", "shop"));
    }
    if (dice.percent(8)) {
      spec.putObject("workloadSelector").putObject("matchLabels").put("app", dice.of("web", "job"));
    }
    return object;
  }
}
