package io.meshguard.route;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Version;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.traffic.GatewayServer.Mode;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * All that Istio writes for one proxy, of one version of Istio and under some assumptions. Each
 * part is worked out when it is first asked for. Not for use by several threads at once.
 */
public final class ProxyTables {

  private static final Kind AUTHORIZATION_POLICY =
      Kind.of("security.istio.io/v1", "AuthorizationPolicy");

  private static final Version OLDEST = Version.of("1.20");
  private static final Set<String> CHANGING =
      Set.of(
          "LISTENER",
          "FILTER_CHAIN",
          "HTTP_FILTER",
          "ROUTE_CONFIGURATION",
          "VIRTUAL_HOST",
          "HTTP_ROUTE",
          "CLUSTER");

  private final Proxy proxy;
  private final Mesh mesh;
  private final ServiceCatalog catalog;
  private final Assumptions assumptions;
  private final VirtualServiceSet virtualServices;
  private final HttpRoutes reader;
  private final Clusters clusters;
  private final Optional<SidecarScope> scope;
  private final Optional<GatewayListeners> gateway;
  private final TcpChains tcp;
  private final Map<Integer, SidecarListeners> sidecarListeners = new HashMap<>();
  private final Map<Integer, Optional<SidecarRoutes>> sidecarRoutes = new HashMap<>();
  private final IdentityHashMap<Server, GatewayRoutes> gatewayRoutes = new IdentityHashMap<>();
  private final int ownDoubts;
  private Map<String, MeshService> ofGateway = Map.of();

  /**
   * Makes the tables of a proxy.
   *
   * @param mesh the mesh as one version of Istio meets it
   * @param catalog the registry of that mesh
   */
  public ProxyTables(Proxy proxy, Mesh mesh, ServiceCatalog catalog, Assumptions assumptions) {
    this.proxy = proxy;
    this.mesh = mesh;
    this.catalog = catalog;
    this.assumptions = assumptions;
    this.virtualServices = new VirtualServiceSet(mesh, catalog.virtualServices(), assumptions);
    this.reader = new HttpRoutes(proxy, mesh, assumptions);
    boolean isGateway = proxy.type() == Proxy.Type.GATEWAY;
    this.gateway =
        isGateway ? Optional.of(new GatewayListeners(proxy, mesh, assumptions)) : Optional.empty();
    this.scope =
        isGateway
            ? Optional.empty()
            : Optional.of(new SidecarScope(proxy, mesh, catalog, virtualServices, assumptions));
    this.tcp = new TcpChains(proxy, mesh, virtualServices, this::services);
    this.clusters =
        new Clusters(
            proxy,
            mesh,
            catalog,
            this::services,
            new RulesInForce(proxy, mesh, assumptions),
            assumptions);
    lookAround();
    this.ownDoubts = assumptions.doubts().size();
  }

  /** Returns the proxy. */
  public Proxy proxy() {
    return proxy;
  }

  /** Returns the registry. */
  public ServiceCatalog catalog() {
    return catalog;
  }

  /** Returns what is taken for granted. */
  public Assumptions assumptions() {
    return assumptions;
  }

  /** Returns the mesh that the tables are made of. */
  public Mesh mesh() {
    return mesh;
  }

  /** Returns what stands for the addresses of the Pods of a headless Service. */
  public static String podOf(MeshService service) {
    return SidecarListeners.podOf(service);
  }

  /** Returns whether nothing was doubted since the tables were made. */
  public boolean onlyOwnDoubts() {
    return assumptions.doubts().size() == ownDoubts;
  }

  /** Returns the Sidecar in force; empty for a gateway and where there is none. */
  public Optional<Resource> sidecar() {
    return scope.flatMap(SidecarScope::sidecar);
  }

  /** Returns whether a sidecar refuses calls to hosts that nobody registers. */
  public boolean registryOnly() {
    return scope.filter(SidecarScope::registryOnly).isPresent();
  }

  /** Returns whether the proxy has a cluster. */
  public ClusterState cluster(ClusterName name) {
    return clusters.of(name);
  }

  /**
   * Returns the DestinationRules in force for a service; empty where there is none for its host.
   */
  public Optional<RuleInForce> rule(MeshService service) {
    return clusters.rule(service);
  }

  /** Returns the services that the proxy has clusters for, by host. */
  public Map<String, MeshService> services() {
    if (scope.isPresent()) {
      return scope.get().services();
    }
    if (ofGateway.isEmpty()) {
      Map<String, MeshService> all = new LinkedHashMap<>();
      catalog.visibleTo(proxy.namespace()).forEach(service -> SidecarScope.add(service, all));
      ofGateway = all;
    }
    return ofGateway;
  }

  /** Returns the Gateways that select a gateway, the oldest first. */
  public List<Resource> gateways() {
    return gateway.map(GatewayListeners::gateways).orElse(List.of());
  }

  /** Returns the listener of a gateway at a port of the Service in front. */
  public Optional<GatewayListener> gatewayListener(int port) {
    return gateway.flatMap(all -> all.at(port));
  }

  /** Returns the ports of the servers of a gateway, in order. */
  public Set<Integer> gatewayPorts() {
    Set<Integer> ports = new TreeSet<>();
    gateway.ifPresent(
        all ->
            all.all().stream()
                .flatMap(one -> one.servers().stream())
                .map(GatewayRoutes::port)
                .forEach(ports::add));
    return ports;
  }

  /** Returns the virtual host of a gateway that takes an authority; empty where none does. */
  public Optional<VirtualHost> gatewayHost(
      GatewayListener listener, Server server, String authority) {
    return routes(listener, server).forAuthority(authority);
  }

  /** Returns the domains of the virtual hosts of a gateway. */
  public Set<String> gatewayDomains(GatewayListener listener, Server server) {
    return routes(listener, server).domains();
  }

  /** All plain servers of a port share their virtual hosts; one with TLS has its own. */
  private GatewayRoutes routes(GatewayListener listener, Server server) {
    boolean plain = server.isPlain();
    Server key = plain ? listener.servers().get(0) : server;
    return gatewayRoutes.computeIfAbsent(
        key,
        one ->
            new GatewayRoutes(
                proxy,
                plain ? listener.servers().stream().filter(Server::isPlain).toList() : List.of(one),
                virtualServices,
                reader,
                catalog));
  }

  /** Returns the chains of a listener of a gateway that forward bytes, in order. */
  public List<TcpChain> gatewayChains(GatewayListener listener) {
    List<TcpChain> chains = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Server server : listener.servers()) {
      if (server.mode() == Mode.AUTO_PASSTHROUGH) {
        assumptions.doubt(Subject.NOT_MODELLED, "AUTO_PASSTHROUGH");
      }
      chains.addAll(tcp.of(server, names));
    }
    return chains;
  }

  /** Returns the listener of a sidecar for calls of an address; empty where none takes them. */
  public Optional<SidecarListener> sidecarListener(String address, int port) {
    return listeners(port).flatMap(all -> all.at(address));
  }

  /** Returns the listeners of a sidecar on a port. */
  public List<SidecarListener> sidecarListeners(int port) {
    return listeners(port).map(SidecarListeners::all).orElse(List.of());
  }

  private Optional<SidecarListeners> listeners(int port) {
    return scope.map(
        one ->
            sidecarListeners.computeIfAbsent(
                port, p -> new SidecarListeners(one, p, tcp, assumptions)));
  }

  /** Returns the ports that services of a sidecar have, in order. */
  public Set<Integer> sidecarPorts() {
    Set<Integer> ports = new TreeSet<>();
    scope.ifPresent(
        one ->
            one.listeners()
                .forEach(
                    listener -> {
                      if (!listener.isCatchAll()) {
                        ports.add(listener.port());
                      }
                      listener
                          .services()
                          .forEach(s -> s.ports().forEach(port -> ports.add(port.number())));
                    }));
    return ports;
  }

  /** Returns the virtual host of a listener of a sidecar that takes an authority. */
  public Optional<VirtualHost> sidecarHost(SidecarListener listener, String authority) {
    return routes(listener.port())
        .map(
            all ->
                listener.owner().map(all::forService).orElseGet(() -> all.forAuthority(authority)));
  }

  /** Returns the domains of the virtual hosts of a sidecar on a port. */
  public Set<String> sidecarDomains(int port) {
    return sidecarDomains(port, host -> true);
  }

  /**
   * Returns some of the domains of the virtual hosts of a sidecar on a port.
   *
   * @param wanted the full names of hosts of which they are asked for
   */
  public Set<String> sidecarDomains(int port, Predicate<String> wanted) {
    return routes(port).map(all -> all.domains(wanted)).orElse(Set.of());
  }

  private Optional<SidecarRoutes> routes(int port) {
    return sidecarRoutes.computeIfAbsent(
        port,
        p ->
            scope.flatMap(
                one ->
                    one.forPort(p)
                        .map(
                            listener ->
                                new SidecarRoutes(
                                    proxy, mesh, one, listener, p, virtualServices, reader))));
  }

  /** What changes the tables and is not modelled makes everything doubtful. */
  private void lookAround() {
    if (mesh.facts().istio().lowest().filter(version -> version.isBefore(OLDEST)).isPresent()) {
      assumptions.doubt(Subject.OLD_VERSION, mesh.facts().istio().lowest().get().toString());
    }
    if (mesh.facts().multiCluster()) {
      assumptions.doubt(Subject.OTHER_SOURCES, "clusters");
    }
    Set<String> namespaces = new HashSet<>(mesh.facts().rootNamespaces());
    namespaces.add(proxy.namespace());
    for (String namespace : namespaces) {
      for (Resource filter : mesh.list(Kind.ENVOY_FILTER, namespace).items()) {
        if (selects(filter, "workloadSelector", "labels") && changes(filter)) {
          assumptions.doubt(Subject.ENVOY_FILTER, filter.ref().path());
        }
      }
      for (Resource policy : mesh.list(AUTHORIZATION_POLICY, namespace).items()) {
        boolean mayRefuse = !policy.at("spec", "action").is("AUDIT");
        if (proxy.type() == Proxy.Type.GATEWAY
            && mayRefuse
            && selects(policy, "selector", "matchLabels")) {
          assumptions.doubt(Subject.AUTHORIZATION, policy.ref().path());
        }
      }
    }
  }

  private boolean selects(Resource object, String... selector) {
    return proxy.has(LabelSelector.labels(object.at("spec").at(selector)));
  }

  private boolean changes(Resource filter) {
    String own = proxy.type() == Proxy.Type.GATEWAY ? "GATEWAY" : "SIDECAR_OUTBOUND";
    return EnvoyPatch.of(filter).stream()
        .filter(patch -> CHANGING.contains(patch.applyTo()))
        .filter(patch -> !(patch.applyTo().equals("HTTP_FILTER") && patch.operation().is("MERGE")))
        .map(patch -> patch.at().at("match", "context").text("ANY"))
        .anyMatch(context -> context.equals("ANY") || context.equals(own));
  }
}
