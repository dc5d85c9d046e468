package io.meshguard.change;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.match.RequestMatch;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.route.Domains;
import io.meshguard.route.GatewayListener;
import io.meshguard.route.HttpRoute;
import io.meshguard.route.MeshService;
import io.meshguard.route.Proxy;
import io.meshguard.route.ProxyTables;
import io.meshguard.route.ServiceCatalog;
import io.meshguard.route.SidecarListener;
import io.meshguard.route.TcpChain;
import io.meshguard.route.VirtualHost;
import io.meshguard.traffic.GatewayServer.Mode;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tables of one proxy on one side, by port and authority. */
final class Tables {

  /** What becomes of connections that no chain takes. */
  static final Verdict NO_CHAIN =
      new Verdict(Outcome.of(Outcome.Kind.NO_LISTENER, 0), Map.of(), List.of());

  private final ProxyTables proxy;
  private final boolean before;
  private final Verdicts verdicts;
  private final IdentityHashMap<HttpRoute, Verdict> known = new IdentityHashMap<>();
  private final Map<String, MeshService> services = new HashMap<>();

  Tables(ProxyTables proxy, boolean before) {
    this.proxy = proxy;
    this.before = before;
    this.verdicts = new Verdicts(proxy::cluster, before);
    proxy
        .services()
        .forEach((host, service) -> services.put(host.toLowerCase(Locale.ROOT), service));
  }

  private boolean isGateway() {
    return proxy.proxy().type() == Proxy.Type.GATEWAY;
  }

  /** Returns the ports on which something is done with connections. */
  Set<Integer> ports() {
    return isGateway() ? proxy.gatewayPorts() : proxy.sidecarPorts();
  }

  /**
   * Returns the domains that requests on a port are told apart by.
   *
   * @param wanted hosts that matter; of a sidecar no others are looked at
   */
  Set<String> domains(int port, Predicate<String> wanted) {
    if (!isGateway()) {
      return proxy.sidecarDomains(port, wanted);
    }
    Set<String> domains = new LinkedHashSet<>();
    proxy.gatewayListener(port).ifPresent(listener -> add(listener, domains));
    return domains;
  }

  private void add(GatewayListener listener, Set<String> domains) {
    for (Server server : listener.servers()) {
      if (isHttp(server)) {
        domains.addAll(proxy.gatewayDomains(listener, server));
        if (!server.isPlain()) {
          domains.addAll(names(server));
        }
      }
    }
    if (!listener.isPlainHttp()) {
      proxy.gatewayChains(listener).forEach(chain -> domains.addAll(names(chain)));
    }
  }

  private static boolean isHttp(Server server) {
    return server.isPlain() || server.mode() == Mode.HTTPS;
  }

  private static List<String> names(Server server) {
    return server.hosts().stream()
        .map(host -> host.substring(host.indexOf('/') + 1).toLowerCase(Locale.ROOT))
        .toList();
  }

  private static List<String> names(TcpChain chain) {
    return chain.serverNames().isEmpty()
        ? List.of(Authorities.ANY)
        : chain.serverNames().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  /** Returns whether requests on a port come with TLS. */
  boolean isTls(int port) {
    return isGateway()
        && proxy
            .gatewayListener(port)
            .filter(
                listener ->
                    !listener.isPlainHttp() && listener.servers().stream().anyMatch(Tables::isHttp))
            .isPresent();
  }

  /** Returns whether a port reads HTTP, for some connections at least. */
  boolean isHttp(int port) {
    return isGateway()
        ? proxy
            .gatewayListener(port)
            .filter(listener -> listener.servers().stream().anyMatch(Tables::isHttp))
            .isPresent()
        : proxy.sidecarListeners(port).stream().anyMatch(SidecarListener::http);
  }

  /** Returns what becomes of HTTP requests on a port that name an authority. */
  Table http(int port, String authority) {
    return isGateway() ? atGateway(port, authority) : atSidecar(port, authority);
  }

  /**
   * Returns whether connections for a name are forwarded without being read, though others on the
   * port are read.
   */
  boolean isPassed(int port, String authority) {
    return isGateway()
        && proxy
            .gatewayListener(port)
            .flatMap(listener -> taker(listener, authority))
            .filter(taker -> taker.chain().isPresent())
            .isPresent();
  }

  private Table atGateway(int port, String authority) {
    Optional<GatewayListener> listener = proxy.gatewayListener(port);
    Optional<Taker> taker = listener.flatMap(one -> taker(one, authority));
    if (listener.isEmpty() || taker.isEmpty()) {
      return Table.of(nothing(Outcome.Kind.NO_LISTENER), "no listener");
    }
    Optional<TcpChain> chain = taker.get().chain();
    if (chain.isPresent()) {
      return Table.of(of(chain.get()), chain.get());
    }
    Optional<Server> server = taker.get().server();
    Optional<VirtualHost> host = proxy.gatewayHost(listener.get(), server.get(), authority);
    Map<String, String> tls = new TreeMap<>();
    if (!server.get().isPlain()) {
      flatten("tls", server.get().at().at("tls"), tls);
    }
    Place gateway = new Place(server.get().gateway(), server.get().at().pointer(), before);
    if (host.isEmpty()) {
      return Table.of(
          new Verdict(Outcome.of(Outcome.Kind.NO_ROUTE, 404), tls, List.of(gateway)), "no host");
    }
    return table(host.get(), tls, List.of(gateway));
  }

  private static void flatten(String name, Cursor at, Map<String, String> into) {
    if (!at.isObject()) {
      if (at.isPresent()) {
        into.put(name, at.text().orElseGet(() -> at.node().toString()));
      }
      return;
    }
    at.fields().forEach(field -> flatten(name + "." + field.name(), field.value(), into));
  }

  /** Who takes connections for a name: a server that reads them, or a chain that does not. */
  private record Taker(Optional<Server> server, Optional<TcpChain> chain) {}

  /** Plain servers share their hosts; with TLS, the name that the client gives decides. */
  private Optional<Taker> taker(GatewayListener listener, String authority) {
    if (listener.isPlainHttp()) {
      return listener.servers().stream()
          .findFirst()
          .map(server -> new Taker(Optional.of(server), Optional.empty()));
    }
    Map<String, Taker> byName = new LinkedHashMap<>();
    for (Server server : listener.servers()) {
      if (server.mode() == Mode.HTTPS) {
        Taker reads = new Taker(Optional.of(server), Optional.empty());
        names(server).forEach(name -> byName.putIfAbsent(name, reads));
      }
    }
    for (TcpChain chain : proxy.gatewayChains(listener)) {
      Taker passes = new Taker(Optional.empty(), Optional.of(chain));
      names(chain).forEach(name -> byName.putIfAbsent(name, passes));
    }
    return Domains.best(byName.keySet(), Domains.host(authority)).map(byName::get);
  }

  private Table atSidecar(int port, String authority) {
    Optional<MeshService> called = called(authority);
    String address = called.map(ServiceCatalog::address).orElse(SidecarListener.ANY);
    Optional<SidecarListener> listener = proxy.sidecarListener(address, port);
    if (listener.isEmpty()) {
      boolean refused = proxy.registryOnly();
      return Table.of(
          nothing(refused ? Outcome.Kind.BLOCKED : Outcome.Kind.PASS), "passed " + refused);
    }
    if (!listener.get().http()) {
      return chain(listener.get().chains())
          .map(chain -> Table.of(of(chain), chain))
          .orElseGet(() -> Table.of(nothing(Outcome.Kind.PASS), "no chain"));
    }
    return proxy
        .sidecarHost(listener.get(), authority)
        .map(host -> table(host, Map.of(), List.of()))
        .orElseGet(() -> Table.of(nothing(Outcome.Kind.NO_ROUTE), "no host"));
  }

  /** Returns the service whose address a client gets that asks for a name. */
  private Optional<MeshService> called(String authority) {
    String host = Domains.host(authority);
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String domain = proxy.mesh().facts().clusterDomain();
    return Stream.of(
            name,
            name + "." + proxy.proxy().namespace() + ".svc." + domain,
            name + ".svc." + domain,
            name + "." + domain)
        .flatMap(one -> Optional.ofNullable(services.get(one)).stream())
        .findFirst();
  }

  private Table table(VirtualHost host, Map<String, String> limits, List<Place> around) {
    if (host.requiresTls()) {
      Verdict sent = new Verdict(Outcome.of(Outcome.Kind.TO_HTTPS, 301), limits, around);
      return Table.of(sent, "https " + limits);
    }
    List<RequestMatch> matches = new ArrayList<>();
    List<Verdict> all = new ArrayList<>();
    List<Object> identity = new ArrayList<>();
    for (HttpRoute route : host.routes()) {
      matches.add(route.match());
      Verdict own = known.computeIfAbsent(route, verdicts::of);
      all.add(with(own, limits));
      identity.add(new Same(route));
    }
    identity.add(limits);
    List<Place> places = new ArrayList<>(around);
    host.objects().forEach(object -> places.add(whole(object)));
    Verdict none = new Verdict(Outcome.of(Outcome.Kind.NO_ROUTE, 404), limits, places);
    return new Table(matches, all, none, identity);
  }

  private static Verdict with(Verdict own, Map<String, String> limits) {
    if (limits.isEmpty()) {
      return own;
    }
    Map<String, String> all = new TreeMap<>(own.limits());
    all.putAll(limits);
    return new Verdict(own.outcome(), all, own.places());
  }

  /** Routes are told apart by identity: to compare their trees would take longer than the rest. */
  private record Same(HttpRoute route) {
    @Override
    @SuppressWarnings("ReferenceEquality") // that is what it is for
    public boolean equals(@Nullable Object other) {
      return other instanceof Same same && same.route == route;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(route);
    }
  }

  private static Verdict nothing(Outcome.Kind kind) {
    int status =
        switch (kind) {
          case NO_ROUTE -> 404;
          case BLOCKED -> 502;
          default -> 0;
        };
    return new Verdict(Outcome.of(kind, status), Map.of(), List.of());
  }

  private Place whole(Resource object) {
    return new Place(object, JsonPointer.empty(), before);
  }

  /** Returns the chains that forward bytes on a port, by what they take. */
  Map<String, Verdict> chains(int port) {
    Map<String, Verdict> byKey = new TreeMap<>();
    if (isGateway()) {
      proxy
          .gatewayListener(port)
          .ifPresent(
              listener -> proxy.gatewayChains(listener).forEach(chain -> add(chain, "", byKey)));
      return byKey;
    }
    for (SidecarListener listener : proxy.sidecarListeners(port)) {
      String address =
          listener.address().equals(SidecarListener.ANY)
              ? ""
              : String.join(", ", new TreeSet<>(listener.names()));
      listener.chains().forEach(chain -> add(chain, address, byKey));
    }
    return byKey;
  }

  private void add(TcpChain chain, String address, Map<String, Verdict> byKey) {
    List<String> names = new ArrayList<>(chain.serverNames());
    names.replaceAll(name -> "SNI " + name.toLowerCase(Locale.ROOT));
    if (names.isEmpty()) {
      names.add(address);
    }
    String subnets =
        chain.subnets().isEmpty() ? "" : " " + String.join(", ", new TreeSet<>(chain.subnets()));
    for (String name : names) {
      byKey.putIfAbsent((name + subnets).strip(), of(chain));
    }
  }

  private static Optional<TcpChain> chain(List<TcpChain> chains) {
    return chains.stream()
        .filter(TcpChain::takesAll)
        .findFirst()
        .or(() -> chains.stream().findFirst());
  }

  private Verdict of(TcpChain chain) {
    List<Place> places = new ArrayList<>();
    chain
        .virtualService()
        .ifPresent(
            object ->
                places.add(
                    new Place(
                        object,
                        chain.at().isMissing() ? JsonPointer.empty() : chain.at().pointer(),
                        before)));
    return verdicts.bytes(chain.targets(), places);
  }
}
