package io.meshguard.expect;

import io.meshguard.deadline.Deadline;
import io.meshguard.expect.RouteTest.Entry;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.match.Analysis;
import io.meshguard.match.Budget;
import io.meshguard.match.Request;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.Sample;
import io.meshguard.match.ValueMatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions;
import io.meshguard.route.GatewayListener;
import io.meshguard.route.HttpRoute;
import io.meshguard.route.Proxy;
import io.meshguard.route.ProxyTables;
import io.meshguard.route.ServiceCatalog;
import io.meshguard.route.SidecarListener;
import io.meshguard.route.VirtualHost;
import io.meshguard.trace.Call;
import io.meshguard.trace.Entries;
import io.meshguard.trace.Step;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.Tracer;
import io.meshguard.traffic.GatewayServer.Mode;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for a request for each route: one that its conditions take and those of no route before it.
 * Each is traced, and kept only where it comes there. Not for use by several threads at once.
 */
public final class RequestFinder {

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Of a namespace; clients of the same namespace mostly have the same routes. */
  private static final int MOST_CLIENTS = 5;

  /** Of a wildcard, one name stands for all. */
  private static final String ANY_LABEL = "www";

  private static final String ANY_DOMAIN = "any.example.com";

  private final Mesh mesh;
  private final Tracer tracer;
  private final Entries entries;
  private final ServiceCatalog catalog;
  private final List<Found> found = new ArrayList<>();
  private final Set<String> known = new LinkedHashSet<>();

  /** Routes for which a request of a client is found. */
  private final Set<String> fromClients = new LinkedHashSet<>();

  private RequestFinder(Mesh mesh, Tracer tracer, Entries entries) {
    this.mesh = mesh;
    this.tracer = tracer;
    this.entries = entries;
    this.catalog = new ServiceCatalog(mesh);
  }

  /**
   * A request that comes to a route.
   *
   * @param entry where it enters
   * @param written the request as a test writes it
   * @param call the request
   * @param result what becomes of it
   */
  public record Found(Entry entry, RequestText written, Call call, TraceResult result) {}

  /** Returns requests for the routes of a mesh, at gateways first. */
  public static List<Found> find(Mesh mesh, Tracer tracer, Entries entries) {
    RequestFinder finder = new RequestFinder(mesh, tracer, entries);
    for (Proxy gateway : entries.gateways()) {
      finder.atGateway(gateway);
    }
    finder.fromClients();
    return List.copyOf(finder.found);
  }

  private ProxyTables tables(Proxy proxy) {
    return new ProxyTables(proxy, mesh, catalog, new Assumptions());
  }

  private void atGateway(Proxy proxy) {
    ProxyTables tables = tables(proxy);
    Entry entry = new Entry(Entry.Type.AT, proxy.title());
    for (int port : tables.gatewayPorts()) {
      Optional<GatewayListener> listener = tables.gatewayListener(port);
      if (listener.isEmpty()) {
        continue;
      }
      for (Server server : listener.get().servers()) {
        Deadline.check();
        boolean reads = server.isPlain() || server.mode() == Mode.HTTPS;
        String scheme = server.isPlain() ? "http" : "https";
        if (!reads) {
          server.hosts().forEach(host -> bytes(proxy, entry, host, port, server.isBytes()));
          continue;
        }
        for (String domain : tables.gatewayDomains(listener.get(), server)) {
          String authority = authority(concrete(domain), scheme, port);
          tables
              .gatewayHost(listener.get(), server, authority)
              .ifPresent(host -> through(proxy, entry, host, scheme, authority));
        }
      }
    }
  }

  /** A server of bytes hands on whole connections. */
  private void bytes(Proxy proxy, Entry entry, String host, int port, boolean plain) {
    String name = concrete(host.substring(host.indexOf('/') + 1));
    String url = (plain ? "tcp://" : "tls://") + name + ":" + port;
    keep(proxy, entry, new RequestText(url, List.of()));
  }

  private void fromClients() {
    Set<String> namespaces = new LinkedHashSet<>();
    List<Resource> bound = new ArrayList<>();
    for (Resource service : mesh.list(Kind.VIRTUAL_SERVICE).items()) {
      if (VirtualServices.boundToMesh(service) && !VirtualServices.isDelegate(service)) {
        bound.add(service);
        namespaces.add(service.namespace());
      }
    }
    List<Proxy> sidecars = entries.sidecars();
    for (String namespace : namespaces) {
      List<Proxy> clients =
          sidecars.stream()
              .filter(one -> one.namespace().equals(namespace))
              .limit(MOST_CLIENTS)
              .toList();
      if (clients.isEmpty() && entries.sidecar(namespace) instanceof Entries.Proxies some) {
        clients = some.all();
      }
      for (Proxy client : clients) {
        ProxyTables tables = tables(client);
        bound.stream()
            .filter(service -> service.namespace().equals(namespace))
            .forEach(service -> fromClient(client, tables, service));
      }
    }
  }

  private void fromClient(Proxy client, ProxyTables tables, Resource service) {
    boolean named = client.object().isPresent();
    Entry entry = new Entry(Entry.Type.FROM, named ? client.title() : client.namespace());
    for (Cursor host : VirtualServices.hosts(service)) {
      String domain = mesh.facts().clusterDomain();
      String name = HostName.resolve(host.text(""), service.namespace(), domain);
      for (int port : tables.sidecarPorts()) {
        Deadline.check();
        String authority = authority(concrete(name), "http", port);
        for (SidecarListener listener : tables.sidecarListeners(port)) {
          tables
              .sidecarHost(listener, authority)
              .filter(one -> one.objects().contains(service))
              .ifPresent(one -> through(client, entry, one, "http", authority));
        }
      }
    }
  }

  private void through(
      Proxy proxy, Entry entry, VirtualHost host, String scheme, String authority) {
    List<RequestMatch> matches = new ArrayList<>();
    host.routes().forEach(route -> matches.add(route.match()));
    // The virtual host decides who comes here at all.
    matches.add(
        RequestMatch.builder()
            .authority(ValueMatch.exact(authority))
            .scheme(ValueMatch.exact(scheme))
            .build());
    Analysis analysis = new Analysis(matches, authority, Budget.forReview(() -> false));
    List<Integer> before = new ArrayList<>();
    for (int i = 0; i < host.routes().size(); i++) {
      Deadline.check();
      HttpRoute route = host.routes().get(i);
      boolean isNew = entry.type() == Entry.Type.AT || !fromClients.contains(routeKey(route));
      if (isNew
          && route.virtualService().isPresent()
          && analysis.sample(List.of(i, matches.size() - 1), before) instanceof Sample.Found one) {
        boolean comes = keep(proxy, entry, written(one.request(), scheme, authority), route);
        if (comes && entry.type() == Entry.Type.FROM) {
          fromClients.add(routeKey(route));
        }
      }
      before.add(i);
    }
  }

  private static RequestText written(Request request, String scheme, String authority) {
    StringBuilder url = new StringBuilder(scheme).append("://").append(authority);
    url.append(request.path());
    String separator = "?";
    for (var parameter : request.query().entrySet()) {
      url.append(separator).append(parameter.getKey()).append('=').append(parameter.getValue());
      separator = "&";
    }
    List<RequestText.Header> headers = new ArrayList<>();
    request.headers().forEach((name, values) -> headers.add(new RequestText.Header(name, values)));
    return new RequestText(request.method() + " " + url, headers);
  }

  /** Other clients mostly have the same routes, so one is enough. */
  private static String routeKey(HttpRoute route) {
    String object = route.object().map(one -> one.ref().toString()).orElse("");
    String root = route.virtualService().map(one -> one.ref().toString()).orElse("");
    return root + " " + object + " " + route.entry().pointer() + " " + route.at().pointer();
  }

  /** Keeps a request, and returns whether it comes to the route that it was made for. */
  private boolean keep(Proxy proxy, Entry entry, RequestText written, HttpRoute route) {
    return keep(proxy, entry, written)
        .filter(
            result ->
                result.branches().stream()
                    .flatMap(branch -> branch.steps().stream())
                    .filter(step -> step.kind() == Step.Kind.ROUTE)
                    .flatMap(step -> step.places().stream())
                    .anyMatch(
                        place ->
                            place.pointer().equals(route.at().pointer())
                                || place.pointer().equals(route.entry().pointer())))
        .isPresent();
  }

  private Optional<TraceResult> keep(Proxy proxy, Entry entry, RequestText written) {
    Optional<Call> call = written.call();
    if (call.isEmpty() || !known.add(entry + " " + written)) {
      return Optional.empty();
    }
    TraceResult result = tracer.trace(proxy, call.get());
    found.add(new Found(entry, written, call.get(), result));
    return Optional.of(result);
  }

  private static String concrete(String domain) {
    String name = domain.toLowerCase(Locale.ROOT);
    int colon = name.indexOf(':');
    name = colon > 0 ? name.substring(0, colon) : name;
    if (name.equals("*") || name.isEmpty()) {
      return ANY_DOMAIN;
    }
    return name.startsWith("*") ? ANY_LABEL + name.substring(1) : name;
  }

  /** Clients leave the usual port of a scheme out. */
  private static String authority(String host, String scheme, int port) {
    int usual = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    return port == usual ? host : host + ":" + port;
  }
}
