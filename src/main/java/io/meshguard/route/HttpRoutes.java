package io.meshguard.route;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.istio.HostName;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.route.Action.Fault;
import io.meshguard.route.Action.Limits;
import io.meshguard.route.Action.Retries;
import io.meshguard.route.Action.Rewrite;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.traffic.GatewayNames;
import io.meshguard.traffic.RouteKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * The http routes that a proxy gets of a VirtualService (istio
 * pilot/pkg/networking/core/route/route.go {@code BuildHTTPRoutesForVirtualService} @1.30.3).
 */
final class HttpRoutes {

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Proxy proxy;
  private final Mesh mesh;
  private final Assumptions assumptions;

  HttpRoutes(Proxy proxy, Mesh mesh, Assumptions assumptions) {
    this.proxy = proxy;
    this.mesh = mesh;
    this.assumptions = assumptions;
  }

  /**
   * For which listener routes are made.
   *
   * @param gateway {@code namespace/name}, or {@code mesh}
   * @param port its port
   * @param tls whether it terminates TLS
   * @param services what registers a host that a destination names; it may know none
   */
  record ForListener(
      String gateway,
      int port,
      boolean tls,
      BiFunction<Resource, String, Optional<MeshService>> services) {}

  /** Returns the routes in order; those behind one that takes every request are left out. */
  List<HttpRoute> of(Resource virtualService, ForListener listener) {
    MatchReader reader = new MatchReader(GatewayNames.of(virtualService), mesh.facts().istio());
    Delegates delegates = new Delegates(virtualService, mesh);
    List<HttpRoute> routes = new ArrayList<>();
    for (Cursor entry : RouteKind.HTTP.routes(virtualService)) {
      Deadline.check();
      if (addEntry(virtualService, entry, listener, reader, delegates, routes)) {
        break;
      }
    }
    return routes;
  }

  /** Returns whether it added one that takes every request. */
  private boolean addEntry(
      Resource virtualService,
      Cursor entry,
      ForListener listener,
      MatchReader reader,
      Delegates delegates,
      List<HttpRoute> routes) {
    if (!entry.at("delegate").isPresent()) {
      Part own = new Part(virtualService, Optional.empty(), entry, entry);
      return add(
          own,
          matches(entry).stream().map(at -> new Pair(at, at)).toList(),
          listener,
          reader,
          routes);
    }
    Optional<Delegation> delegation = delegate(virtualService, entry, delegates);
    if (delegation.isEmpty()) {
      return false;
    }
    List<Cursor> roots = matches(entry);
    for (Cursor leafEntry : delegation.get().entries()) {
      List<Cursor> leaves = matches(leafEntry);
      if (!delegates.takesOver(roots, leaves)) {
        continue;
      }
      List<Pair> pairs = new ArrayList<>();
      for (Cursor leaf : leaves) {
        roots.stream()
            .filter(root -> Delegates.merges(root, leaf))
            .forEach(root -> pairs.add(new Pair(root, leaf)));
      }
      Part part =
          new Part(virtualService, Optional.of(delegation.get().object()), entry, leafEntry);
      if (add(part, pairs, listener, reader, routes)) {
        return true;
      }
    }
    return false;
  }

  private record Delegation(Resource object, List<Cursor> entries) {}

  private Optional<Delegation> delegate(
      Resource virtualService, Cursor entry, Delegates delegates) {
    Optional<List<Cursor>> entries = delegates.routes(entry);
    Optional<Resource> object = VirtualServices.delegate(entry, virtualService, mesh).found();
    if (entries.isPresent() && object.isPresent()) {
      return Optional.of(new Delegation(object.get(), entries.get()));
    }
    if (object.isEmpty() && !VirtualServices.delegate(entry, virtualService, mesh).isAbsent()) {
      assumptions.doubt(
          Subject.DELEGATE_ELSEWHERE, VirtualServices.delegateKey(entry, virtualService));
    }
    return Optional.empty();
  }

  /**
   * Where a route comes from.
   *
   * @param root entry of the VirtualService with the hosts
   * @param entry the entry itself
   */
  private record Part(
      Resource virtualService, Optional<Resource> delegate, Cursor root, Cursor entry) {

    /** A delegate takes over what it does not say itself. */
    Cursor field(String... names) {
      Cursor own = entry.at(names);
      return own.isPresent() || delegate.isEmpty() ? own : root.at(names);
    }

    Resource object() {
      return delegate.orElse(virtualService);
    }
  }

  private record Pair(Cursor root, Cursor leaf) {}

  private boolean add(
      Part part,
      List<Pair> pairs,
      ForListener listener,
      MatchReader reader,
      List<HttpRoute> routes) {
    boolean everything = false;
    for (Pair pair : pairs) {
      boolean same = part.delegate().isEmpty();
      if (!isFor(part, pair, listener)) {
        continue;
      }
      HttpRoute route = route(part, pair, listener, reader, same);
      routes.add(route);
      everything = route.isCatchAll();
      if (everything) {
        break;
      }
    }
    boolean bare =
        pairs.stream().anyMatch(pair -> pair.root().isMissing() && pair.leaf().isMissing());
    return everything || bare;
  }

  /** Where gateways are named, sources do not count; a delegate's own names come first. */
  private boolean isFor(Part part, Pair pair, ForListener listener) {
    boolean otherPort =
        Stream.of(pair.root(), pair.leaf())
            .map(match -> ServicePort.number(match.at("port")))
            .anyMatch(port -> port != 0 && port != listener.port());
    if (otherPort) {
      return false;
    }
    boolean own = pair.leaf().at("gateways").isNonEmpty();
    Cursor gateways = (own ? pair.leaf() : pair.root()).at("gateways");
    if (gateways.isNonEmpty()) {
      String home = (own ? part.object() : part.virtualService()).namespace();
      return new GatewayNames(home, Set.of()).of(gateways).contains(listener.gateway());
    }
    return isFrom(pair.root()) && isFrom(pair.leaf());
  }

  private boolean isFrom(Cursor match) {
    String source = match.at("sourceNamespace").text("");
    return proxy.has(LabelSelector.labels(match.at("sourceLabels")))
        && (source.isEmpty() || source.equals(proxy.namespace()));
  }

  private HttpRoute route(
      Part part, Pair pair, ForListener listener, MatchReader reader, boolean same) {
    String name = name(part.root(), part.entry(), same, "-");
    String matchName = name(pair.root(), pair.leaf(), same, "-");
    Optional<String> prefix =
        prefix(pair.leaf()).or(() -> same ? Optional.empty() : prefix(pair.root()));
    boolean hasUri = pair.leaf().at("uri").isPresent() || pair.root().at("uri").isPresent();
    return new HttpRoute(
        same ? reader.testedByEnvoy(pair.leaf()) : reader.testedByEnvoy(pair.root(), pair.leaf()),
        action(part, listener),
        Optional.of(part.virtualService()),
        part.delegate(),
        part.entry(),
        pair.leaf(),
        part.root(),
        pair.root(),
        matchName.isEmpty() ? name : name + "." + matchName,
        hasUri ? prefix : Optional.of("/"));
  }

  private static Optional<String> prefix(Cursor match) {
    return match.at("uri", "prefix").text();
  }

  private static String name(Cursor root, Cursor leaf, boolean same, String between) {
    String own = leaf.at("name").text("");
    String outer = root.at("name").text("");
    if (same || outer.isEmpty()) {
      return own;
    }
    return own.isEmpty() ? outer : outer + between + own;
  }

  private Action action(Part part, ForListener listener) {
    Cursor redirect = part.entry().at("redirect");
    if (redirect.isPresent()) {
      return redirect(redirect, listener);
    }
    Cursor response = part.field("directResponse");
    if (response.isPresent()) {
      return new Action.Respond((int) response.at("status").integer().orElse(0));
    }
    List<Target> targets = targets(part, listener);
    return targets.isEmpty()
        ? new Action.Nothing()
        : new Action.Forward(targets, rewrite(part, targets), limits(part));
  }

  private List<Target> targets(Part part, ForListener listener) {
    List<Cursor> written = part.entry().at("route").each();
    List<Target> targets = new ArrayList<>();
    for (Cursor one : written) {
      long weight = one.at("weight").integer().orElse(0);
      if (written.size() == 1 || weight > 0) {
        Cursor at = one.at("destination");
        targets.add(
            new Target(cluster(at, part.object(), listener), written.size() == 1 ? 1 : weight, at));
      }
    }
    return targets;
  }

  private ClusterName cluster(Cursor destination, Resource holder, ForListener listener) {
    String host =
        HostName.completed(
            destination.at("host").text(""), holder.namespace(), mesh.facts().clusterDomain());
    Optional<MeshService> service = listener.services().apply(holder, host);
    int port = listener.port();
    int written = ServicePort.number(destination.at("port", "number"));
    if (destination.at("port").isNonEmpty()) {
      port = written;
    } else if (service.isPresent() && service.get().ports().size() == 1) {
      port = service.get().ports().get(0).number();
    }
    String target = service.flatMap(HttpRoutes::alias).orElse(host);
    return new ClusterName(port, destination.at("subset").text(""), target);
  }

  private static Optional<String> alias(MeshService service) {
    return service.resolution() == MeshService.Resolution.ALIAS
        ? service.object().at("spec", "externalName").text().filter(t -> !t.isEmpty())
        : Optional.empty();
  }

  private static Action redirect(Cursor redirect, ForListener listener) {
    int code = (int) redirect.at("redirectCode").integer().orElse(301);
    int status = code == 0 ? 301 : code;
    if (!REDIRECTS.contains(status)) {
      return new Action.Nothing();
    }
    String scheme = redirect.at("scheme").text("");
    int port = ServicePort.number(redirect.at("port"));
    if (redirect.at("derivePort").is("FROM_REQUEST_PORT")) {
      port = listener.port();
    }
    String seen = scheme.isEmpty() ? (listener.tls() ? "https" : "http") : scheme;
    boolean usual = (port == 80 && seen.equals("http")) || (port == 443 && seen.equals("https"));
    String prefix = redirect.at("prefixRewrite").text("");
    return new Action.Redirect(
        status,
        scheme,
        redirect.at("authority").text(""),
        port == 0 || usual ? OptionalInt.empty() : OptionalInt.of(port),
        prefix.isEmpty() ? redirect.at("uri").text("") : "",
        prefix);
  }

  /** A destination's own header counts where it is the only one and the route sets none. */
  private static Rewrite rewrite(Part part, List<Target> targets) {
    Cursor rewrite = part.field("rewrite");
    Cursor pattern = rewrite.at("uriRegexRewrite");
    String authority = rewrite.at("authority").text("");
    if (authority.isEmpty()) {
      authority = authority(part.field("headers"));
    }
    if (authority.isEmpty() && targets.size() == 1) {
      for (Cursor one : part.entry().at("route").each()) {
        if (one.at("destination").pointer().equals(targets.get(0).at().pointer())) {
          authority = authority(one.at("headers"));
        }
      }
    }
    return new Rewrite(
        pattern.isPresent() ? "" : rewrite.at("uri").text(""),
        pattern.at("match").text(""),
        pattern.at("rewrite").text(""),
        authority);
  }

  private static String authority(Cursor headers) {
    for (String operation : List.of("set", "add")) {
      for (Cursor.Field field : headers.at("request", operation).fields()) {
        if (field.name().equalsIgnoreCase("host") || field.name().equalsIgnoreCase(":authority")) {
          return field.value().text("");
        }
      }
    }
    return "";
  }

  private Limits limits(Part part) {
    Map<String, String> headers = new TreeMap<>();
    headers(part.field("headers"), "headers", headers);
    for (Cursor one : part.entry().at("route").each()) {
      headers(one.at("headers"), one.at("destination").pointer().toString(), headers);
    }
    return new Limits(
        part.field("timeout").text().filter(text -> !isZero(text)),
        retries(part.field("retries")),
        headers,
        mirrors(part),
        fault(part.field("fault")));
  }

  private static boolean isZero(String duration) {
    return duration.chars().noneMatch(c -> c >= '1' && c <= '9');
  }

  private static void headers(Cursor at, String place, Map<String, String> headers) {
    for (String side : List.of("request", "response")) {
      for (String operation : List.of("set", "add", "remove")) {
        Cursor what = at.at(side, operation);
        if (what.isNonEmpty()) {
          headers.put(place + " " + side + " " + operation, what.node().toString());
        }
      }
    }
  }

  private Retries retries(Cursor own) {
    if (own.isPresent()) {
      return retries(own, Retries.Source.ROUTE);
    }
    return byDefault();
  }

  /** Returns the retries of a route that says nothing of them. */
  Retries byDefault() {
    List<Retries> configured = new ArrayList<>();
    for (MeshConfig config : MeshConfig.all(mesh)) {
      Cursor policy = config.config().at("defaultHttpRetryPolicy");
      configured.add(
          policy.isPresent()
              ? retries(policy, Retries.Source.MESH)
              : new Retries(2, "", "", Retries.Source.ISTIO));
    }
    return configured.isEmpty() ? new Retries(2, "", "", Retries.Source.ISTIO) : configured.get(0);
  }

  private static Retries retries(Cursor policy, Retries.Source source) {
    return new Retries(
        Math.max(0, policy.at("attempts").integer().orElse(0)),
        policy.at("perTryTimeout").text(""),
        policy.at("retryOn").text(""),
        source);
  }

  private List<String> mirrors(Part part) {
    List<String> mirrors = new ArrayList<>();
    Cursor mirror = part.field("mirror");
    if (mirror.isPresent()) {
      mirrors.add(mirror.node() + " " + part.field("mirrorPercentage").node());
    }
    for (Cursor one : part.field("mirrors").each()) {
      mirrors.add(one.at("destination").node() + " " + one.at("percentage").node());
    }
    return mirrors;
  }

  private static Fault fault(Cursor fault) {
    Cursor abort = fault.at("abort");
    Cursor delay = fault.at("delay");
    double abortPercent =
        abort.at("percentage").isPresent() ? percent(abort.at("percentage", "value")) : 0;
    double delayPercent =
        delay.at("percentage").isPresent()
            ? percent(delay.at("percentage", "value"))
            : percent(delay.at("percent"));
    int status =
        abort.at("grpcStatus").isPresent() ? 200 : (int) abort.at("httpStatus").integer().orElse(0);
    return new Fault(
        abort.isPresent() ? status : 0,
        abortPercent,
        delay.at("fixedDelay").text(""),
        delayPercent);
  }

  private static double percent(Cursor value) {
    return value.node().isNumber() ? value.node().doubleValue() : 0;
  }

  static List<Cursor> matches(Cursor entry) {
    List<Cursor> matches = entry.at("match").each();
    return matches.isEmpty() ? List.of(Cursor.root(MissingNode.getInstance())) : matches;
  }
}
