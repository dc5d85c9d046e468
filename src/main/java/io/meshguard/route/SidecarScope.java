package io.meshguard.route;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.istio.Age;
import io.meshguard.istio.HostName;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.ServicePort;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar sees of the mesh: the Sidecar in force for it, and the services and
 * VirtualServices that each of its egress listeners takes in (istio pilot/pkg/model/sidecar.go
 * {@code convertToSidecarScope} @1.30.3).
 */
final class SidecarScope {

  private static final String ANY = "*";

  private final Proxy proxy;
  private final Mesh mesh;
  private final ServiceCatalog catalog;
  private final VirtualServiceSet virtualServices;
  private final Assumptions assumptions;
  private final Optional<Resource> sidecar;
  private final List<EgressListener> listeners;
  private @Nullable Map<String, MeshService> services;

  SidecarScope(
      Proxy proxy,
      Mesh mesh,
      ServiceCatalog catalog,
      VirtualServiceSet virtualServices,
      Assumptions assumptions) {
    this.proxy = proxy;
    this.mesh = mesh;
    this.catalog = catalog;
    this.virtualServices = virtualServices;
    this.assumptions = assumptions;
    this.sidecar = inForce();
    List<Cursor> entries = sidecar.map(one -> one.at("spec", "egress").each()).orElse(List.of());
    this.listeners =
        (entries.isEmpty() ? List.of(Cursor.root(MissingNode.getInstance())) : entries)
            .stream().map(this::listener).toList();
  }

  /** Returns the Sidecar in force; empty where there is none. */
  Optional<Resource> sidecar() {
    return sidecar;
  }

  /** Returns the egress listeners, in order. */
  List<EgressListener> listeners() {
    return listeners;
  }

  /** Returns the listener whose virtual hosts serve a port; empty where none does. */
  Optional<EgressListener> forPort(int port) {
    return listeners.stream().filter(one -> one.isCatchAll() || one.port() == port).findFirst();
  }

  /** Returns whether calls to what nobody registers are refused. */
  boolean registryOnly() {
    Optional<String> mode =
        sidecar.flatMap(one -> one.at("spec", "outboundTrafficPolicy", "mode").text());
    boolean ownPolicy =
        sidecar.filter(one -> one.at("spec", "outboundTrafficPolicy").isPresent()).isPresent();
    if (ownPolicy) {
      // The first value of the enumeration, which is what nothing means, refuses.
      return !mode.orElse("REGISTRY_ONLY").equals("ALLOW_ANY");
    }
    Set<Boolean> said = new LinkedHashSet<>();
    for (MeshConfig config : MeshConfig.all(mesh)) {
      said.add(config.config().at("outboundTrafficPolicy", "mode").is("REGISTRY_ONLY"));
    }
    if (said.size() > 1) {
      assumptions.doubt(Subject.OTHER_SOURCES, "outboundTrafficPolicy");
    }
    return said.contains(true);
  }

  /**
   * Returns the services that the sidecar has clusters for, by host: those that its listeners take
   * in and those that VirtualServices of these lead to.
   */
  Map<String, MeshService> services() {
    if (services == null) {
      Map<String, MeshService> all = new LinkedHashMap<>();
      listeners.forEach(one -> one.services().forEach(service -> add(service, all)));
      for (EgressListener listener : listeners) {
        for (Resource one : listener.virtualServices()) {
          inferred(one, listener, all).forEach(service -> add(service, all));
        }
      }
      services = all;
    }
    return services;
  }

  /** Of two that register a host the first counts, and a Service before a ServiceEntry. */
  static void add(MeshService service, Map<String, MeshService> all) {
    MeshService known = all.get(service.host());
    if (known == null || (!known.isKubernetes() && service.isKubernetes())) {
      all.put(service.host(), service);
    } else if (known.isKubernetes() == service.isKubernetes()
        && known.namespace().equals(service.namespace())) {
      List<ServicePort> ports = new ArrayList<>(known.ports());
      service.ports().stream()
          .filter(port -> known.port(port.number()).isEmpty())
          .forEach(ports::add);
      all.put(service.host(), known.with(ports));
    }
  }

  private List<MeshService> inferred(
      Resource virtualService, EgressListener listener, Map<String, MeshService> known) {
    Deadline.check();
    Map<String, Set<Integer>> wanted = new LinkedHashMap<>();
    for (DestinationPort to : virtualServices.destinations(virtualService, proxy.namespace())) {
      if (!isWhole(to.host(), known)) {
        wanted.computeIfAbsent(to.host(), h -> new LinkedHashSet<>()).add(to.port());
      }
    }
    List<MeshService> found = new ArrayList<>();
    wanted.forEach(
        (host, ports) -> {
          // What the own namespace registers counts here even if it is exported to others alone.
          Optional<MeshService> chosen =
              catalog.named(host).stream()
                  .filter(one -> one.host().equals(host))
                  .filter(one -> one.namespace().equals(proxy.namespace()))
                  .findFirst()
                  .or(() -> best(catalog.seen(host, proxy.namespace())));
          chosen.flatMap(one -> trimmed(one, ports, listener)).ifPresent(found::add);
        });
    return found;
  }

  /** Where nothing else registers a host, and all of its ports are there, nothing can be added. */
  private boolean isWhole(String host, Map<String, MeshService> known) {
    MeshService there = known.get(host);
    if (there == null) {
      return false;
    }
    List<MeshService> named = catalog.named(host);
    return named.size() == 1 && named.get(0).ports().size() == there.ports().size();
  }

  private static Optional<MeshService> best(List<MeshService> seen) {
    return seen.stream()
        .filter(MeshService::isKubernetes)
        .findFirst()
        .or(() -> seen.stream().findFirst());
  }

  /** Only the ports that are asked for are taken in, all where one destination names none. */
  private static Optional<MeshService> trimmed(
      MeshService service, Set<Integer> ports, EgressListener listener) {
    if (!listener.isCatchAll()) {
      return service.port(listener.port()).map(port -> service.with(List.of(port)));
    }
    if (ports.contains(0)) {
      return Optional.of(service);
    }
    List<ServicePort> some =
        service.ports().stream().filter(port -> ports.contains(port.number())).toList();
    return some.isEmpty() ? Optional.empty() : Optional.of(service.with(some));
  }

  /** Those with a selector come before that of the namespace, and that before the mesh's. */
  private Optional<Resource> inForce() {
    List<Resource> own = mesh.list(Kind.SIDECAR, proxy.namespace()).items();
    List<Resource> chosen =
        own.stream().filter(SidecarScope::hasSelector).filter(this::selects).toList();
    if (chosen.isEmpty()) {
      chosen = own.stream().filter(one -> !hasSelector(one)).toList();
    }
    if (chosen.isEmpty()) {
      chosen =
          mesh.facts().rootNamespaces().stream()
              .flatMap(root -> mesh.list(Kind.SIDECAR, root).items().stream())
              .filter(one -> !hasSelector(one))
              .toList();
    }
    return oldest(chosen);
  }

  private Optional<Resource> oldest(List<Resource> some) {
    Resource oldest = null;
    for (Resource one : some) {
      if (oldest == null) {
        oldest = one;
        continue;
      }
      Ternary older = Age.isOlder(one, oldest);
      boolean first =
          older == Ternary.UNKNOWN
              ? !assumptions.holds(Subject.OLDER, oldest.ref().path(), one.ref().path())
              : older == Ternary.TRUE;
      oldest = first ? one : oldest;
    }
    return Optional.ofNullable(oldest);
  }

  private static boolean hasSelector(Resource one) {
    return one.at("spec", "workloadSelector").isPresent();
  }

  private boolean selects(Resource one) {
    return proxy.has(LabelSelector.labels(one.at("spec", "workloadSelector", "labels")));
  }

  private EgressListener listener(Cursor entry) {
    Imports imports = Imports.of(entry, proxy.namespace());
    int port = ServicePort.number(entry.at("port", "number"));
    Protocol protocol = Protocol.parse(entry.at("port", "protocol").text(""));
    String word = entry.at("port", "protocol").text("").toUpperCase(Locale.ROOT);
    String bind = entry.at("bind").text("");
    boolean proxied = entry.at("port").isPresent() && (port == 0 || word.equals("HTTP_PROXY"));
    if (proxied || bind.startsWith("unix:")) {
      assumptions.doubt(Subject.NOT_MODELLED, "spec.egress");
    }
    List<MeshService> services = imported(imports, port);
    List<Resource> routes =
        virtualServices.of("mesh", proxy.namespace()).stream()
            .filter(one -> imports.takeRoutes(one, virtualServices.hosts(one)))
            .toList();
    boolean captured = !entry.at("captureMode").is("NONE");
    String address = bind.isEmpty() && !captured ? "127.0.0.1" : bind;
    return new EgressListener(
        entry, port, protocol, address, services, routes, owners(routes, services));
  }

  private List<MeshService> imported(Imports imports, int port) {
    Map<String, MeshService> chosen = new HashMap<>();
    List<MeshService> taken = new ArrayList<>();
    for (MeshService service : catalog.visibleTo(proxy.namespace())) {
      Deadline.check();
      Optional<MeshService> one =
          Optional.of(service)
              .filter(s -> imports.take(s.namespace(), s.host()))
              .map(
                  s ->
                      s.aliases().isEmpty()
                          ? s
                          : s.withAliases(
                              s.aliases().stream()
                                  .filter(alias -> imports.take(s.namespace(), alias))
                                  .toList()))
              .flatMap(s -> port == 0 ? Optional.of(s) : s.port(port).map(p -> s.with(List.of(p))));
      one.ifPresent(taken::add);
      one.ifPresent(s -> chosen.merge(s.host(), s, this::preferred));
    }
    return taken.stream()
        .filter(
            one -> {
              MeshService best = chosen.get(one.host());
              return best != null && best.namespace().equals(one.namespace());
            })
        .toList();
  }

  /** Of hosts of several namespaces that of the proxy's own counts, else a Service, else any. */
  private MeshService preferred(MeshService known, MeshService other) {
    if (known.namespace().equals(other.namespace())) {
      return known;
    }
    if (other.namespace().equals(proxy.namespace())) {
      return other;
    }
    boolean better =
        !known.isKubernetes()
            && other.isKubernetes()
            && !known.namespace().equals(proxy.namespace());
    return better ? other : known;
  }

  /** Each service has one owner: the narrowest host, of equal ones that of the first. */
  private Map<String, Resource> owners(List<Resource> routes, List<MeshService> services) {
    List<Resource> withWildcards =
        routes.stream()
            .filter(one -> virtualServices.hosts(one).stream().anyMatch(HostName::isWildcard))
            .toList();
    if (withWildcards.isEmpty()) {
      return Map.of();
    }
    Map<String, List<Resource>> byHost = new HashMap<>();
    for (Resource one : routes) {
      for (String host : virtualServices.hosts(one)) {
        byHost.computeIfAbsent(host, h -> new ArrayList<>()).add(one);
      }
    }
    Map<String, Resource> owners = new HashMap<>();
    for (MeshService service : services) {
      String name = service.host().toLowerCase(Locale.ROOT);
      byHost.keySet().stream()
          .filter(host -> HostName.covers(host, name))
          .reduce(SidecarScope::narrower)
          .ifPresent(
              host ->
                  owners.put(
                      name,
                      virtualServices
                          .inOrder(byHost.getOrDefault(host, List.of()), proxy.namespace())
                          .get(0)));
    }
    return owners;
  }

  private static String narrower(String one, String other) {
    if (HostName.isWildcard(one) != HostName.isWildcard(other)) {
      return HostName.isWildcard(one) ? other : one;
    }
    return one.length() >= other.length() ? one : other;
  }

  /** The hosts of an egress entry, by the namespaces that they are for. */
  private record Imports(Map<String, List<String>> taken, Map<String, List<String>> left) {

    static Imports of(Cursor entry, String namespace) {
      Map<String, List<String>> taken = new HashMap<>();
      Map<String, List<String>> left = new HashMap<>();
      List<String> hosts = new ArrayList<>();
      entry.at("hosts").each().forEach(host -> host.text().ifPresent(hosts::add));
      if (entry.isMissing()) {
        hosts.add("*/*");
      }
      for (String host : hosts) {
        int slash = host.indexOf('/');
        if (slash <= 0 || slash != host.lastIndexOf('/')) {
          continue;
        }
        String from = host.substring(0, slash);
        boolean excluded = from.startsWith("~");
        if (excluded) {
          from = from.length() == 1 ? ANY : from.substring(1);
        }
        (excluded ? left : taken)
            .computeIfAbsent(from.equals(".") ? namespace : from, f -> new ArrayList<>())
            .add(host.substring(slash + 1));
      }
      return new Imports(taken, left);
    }

    boolean take(String namespace, String host) {
      return (in(taken, namespace, host) || in(taken, ANY, host))
          && !in(left, namespace, host)
          && !in(left, ANY, host);
    }

    private static boolean in(Map<String, List<String>> hosts, String namespace, String host) {
      return hosts.getOrDefault(namespace, List.of()).stream()
          .anyMatch(wanted -> HostName.covers(wanted, host));
    }

    /** A wildcard of a VirtualService and an imported host only have to overlap. */
    boolean takeRoutes(Resource virtualService, List<String> hosts) {
      String namespace = virtualService.namespace();
      return hosts.stream()
          .filter(host -> !in(left, namespace, host) && !in(left, ANY, host))
          .anyMatch(host -> meets(namespace, host) || meets(ANY, host));
    }

    private boolean meets(String namespace, String host) {
      return taken.getOrDefault(namespace, List.of()).stream()
          .anyMatch(wanted -> HostName.overlap(wanted, host));
    }
  }
}
