package io.meshguard.change;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.HostName;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Proxy;
import io.meshguard.traffic.GatewayNames;
import io.meshguard.traffic.RouteKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which hosts, ports and proxies a change can concern at all: more than it does, but never less.
 * What is left out has the same objects behind it on both sides.
 */
final class Touched {

  private static final int HTTP = 80;
  private static final String SECURITY = "security.istio.io";
  private static final Set<String> NOT_COMPARED_GROUPS =
      Set.of(SECURITY, "extensions.istio.io", "gateway.networking.k8s.io", "networking.k8s.io");
  private static final Set<Kind> NOT_COMPARED =
      Set.of(Kind.ENVOY_FILTER, Kind.PROXY_CONFIG, Kind.WORKLOAD_GROUP);

  private final List<Mesh> sides;
  private final Set<String> hosts = new TreeSet<>();
  private final Set<String> starts = new HashSet<>();
  private final List<String> wildcards = new ArrayList<>();

  /** Addresses of services of these hosts, or what stands for them. */
  private final Set<String> addresses = new HashSet<>();

  private final Set<Integer> ports = new TreeSet<>();
  private final Set<String> namespaces = new HashSet<>();
  private final List<Map<String, String>> gateways = new ArrayList<>();
  private final List<Resource> notCompared = new ArrayList<>();
  private boolean everything;
  private boolean mesh;

  private Touched(Mesh before, Mesh after) {
    this.sides = List.of(before, after);
  }

  /** Returns what changed objects can concern. */
  static Touched of(ChangedObjects changed, Mesh before, Mesh after) {
    Touched touched = new Touched(before, after);
    for (ChangedObjects.Pair pair : changed.all()) {
      Deadline.check();
      touched.add(pair);
    }
    touched.close();
    return touched;
  }

  /** Returns whether anything at all is concerned. */
  boolean nothing() {
    return !everything && hosts.isEmpty() && namespaces.isEmpty() && gateways.isEmpty();
  }

  /** Returns changed objects that may concern requests in ways that are not compared. */
  List<Resource> notCompared() {
    return List.copyOf(notCompared);
  }

  /** Returns whether a proxy may be concerned. */
  boolean concerns(Proxy proxy) {
    boolean isGateway = proxy.type() == Proxy.Type.GATEWAY;
    return wholly(proxy) || (!hosts.isEmpty() && (isGateway || mesh));
  }

  /** Returns whether all of a proxy may be concerned. */
  boolean wholly(Proxy proxy) {
    boolean isGateway = proxy.type() == Proxy.Type.GATEWAY;
    return everything
        || (!isGateway && namespaces.contains(proxy.namespace()))
        || (isGateway && gateways.stream().anyMatch(proxy::has));
  }

  /** Returns whether a port of a proxy may be concerned. */
  boolean port(Proxy proxy, int port) {
    return wholly(proxy) || proxy.type() == Proxy.Type.GATEWAY || ports.contains(port);
  }

  /** Returns whether a domain of a proxy may be concerned. */
  boolean domain(Proxy proxy, String domain) {
    if (wholly(proxy)) {
      return true;
    }
    String name = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    int colon = name.lastIndexOf(':');
    if (colon >= 0 && starts.contains(name.substring(colon + 1))) {
      // The address of a Service that is not given is named after its host.
      return true;
    }
    String bare = name.startsWith("*.") ? name.substring(2) : name;
    if (starts.contains(name) || starts.contains(bare)) {
      return true;
    }
    if (HostName.isWildcard(name)) {
      return hosts.stream().anyMatch(host -> HostName.overlap(name, host));
    }
    return addresses.contains(name)
        || wildcards.stream().anyMatch(wildcard -> HostName.overlap(wildcard, name));
  }

  /**
   * Returns whether it may matter which of two objects is the older. Most pairs are only compared
   * to put all in order.
   */
  boolean order(String one, String other) {
    boolean apart = false;
    for (Mesh side : sides) {
      List<Cursor> mine = find(one, side).map(VirtualServices::hosts).orElse(List.of());
      List<Cursor> theirs = find(other, side).map(VirtualServices::hosts).orElse(List.of());
      if (!mine.isEmpty() && !theirs.isEmpty()) {
        if (share(own(find(one, side).get(), side), own(find(other, side).get(), side))) {
          return true;
        }
        apart = true;
      }
    }
    return !apart;
  }

  private static Optional<Resource> find(String path, Mesh side) {
    int slash = path.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : side.find(Kind.VIRTUAL_SERVICE, path.substring(0, slash), path.substring(slash + 1))
            .found();
  }

  private boolean share(Set<String> some, Set<String> others) {
    for (String one : some) {
      for (String other : others) {
        boolean meets = one.equals(other) || HostName.overlap(one, other);
        boolean all = everything || !namespaces.isEmpty() || !gateways.isEmpty();
        if (meets && (all || meets(one) || meets(other))) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean meets(String host) {
    return hosts.contains(host)
        || wildcards.stream().anyMatch(wildcard -> HostName.overlap(wildcard, host))
        || (HostName.isWildcard(host)
            && hosts.stream().anyMatch(one -> HostName.overlap(host, one)));
  }

  private void add(ChangedObjects.Pair pair) {
    Kind kind = pair.latest().kind();
    if (kind.equals(Kind.VIRTUAL_SERVICE)) {
      pair.forms().forEach(this::virtualService);
    } else if (kind.equals(Kind.DESTINATION_RULE)) {
      pair.forms().forEach(rule -> full(rule.at("spec", "host").text(""), rule));
      mesh = true;
    } else if (kind.equals(Kind.SERVICE)) {
      service(pair);
    } else if (kind.equals(Kind.SERVICE_ENTRY)) {
      pair.forms()
          .forEach(entry -> entry.at("spec", "hosts").each().forEach(h -> host(h.text(""))));
      mesh = true;
    } else if (kind.equals(Kind.GATEWAY)) {
      pair.forms().forEach(one -> gateways.add(LabelSelector.labels(one.at("spec", "selector"))));
    } else if (kind.equals(Kind.SIDECAR)) {
      boolean root =
          sides.stream()
              .anyMatch(side -> side.facts().rootNamespaces().contains(pair.latest().namespace()));
      everything |= root;
      namespaces.add(pair.latest().namespace());
    } else if (kind.equals(Kind.WORKLOAD_ENTRY)) {
      pair.forms()
          .forEach(entry -> selected(LabelSelector.labels(entry.at("spec", "labels")), entry));
    } else if (kind.equals(Kind.NAMESPACE)) {
      everything |= pair.differsIn("metadata", "labels");
    } else if (MeshConfig.READS.contains(kind)) {
      config(pair);
    } else if (Workload.KINDS.contains(kind)) {
      pair.forms().forEach(object -> workload(object, pair));
    } else if (isNotCompared(kind)) {
      notCompared.add(pair.latest());
    }
  }

  private static boolean isNotCompared(Kind kind) {
    return NOT_COMPARED.contains(kind) || NOT_COMPARED_GROUPS.contains(kind.group());
  }

  /** The mesh configuration says more than how requests go; that part is not compared. */
  private void config(ChangedObjects.Pair pair) {
    boolean carries =
        !pair.latest().kind().equals(Kind.CONFIG_MAP)
            || sides.stream().anyMatch(side -> MeshConfig.isCarrier(pair.latest(), side));
    if (carries) {
      everything = true;
      notCompared.add(pair.latest());
    }
  }

  private void virtualService(Resource object) {
    List<Cursor> written = VirtualServices.hosts(object);
    written.forEach(host -> full(host.text(""), object));
    Set<String> names = GatewayNames.of(object).ofAll();
    mesh |= names.isEmpty() || names.contains(VirtualServices.MESH) || matchesMesh(object);
    if (written.isEmpty()) {
      for (Mesh side : sides) {
        VirtualServices.roots(object, side).items().forEach(this::virtualService);
      }
    }
  }

  private static boolean matchesMesh(Resource object) {
    return RouteKind.HTTP.routes(object).stream()
        .flatMap(route -> route.at("match").each().stream())
        .flatMap(match -> match.at("gateways").each().stream())
        .anyMatch(name -> name.is(VirtualServices.MESH));
  }

  private void service(ChangedObjects.Pair pair) {
    mesh = true;
    for (Mesh side : sides) {
      host(new Registry(side).fullName(pair.latest()));
    }
    // The ports of a gateway are those of the Service in front of it.
    pair.forms()
        .map(one -> LabelSelector.labels(one.at("spec", "selector")))
        .filter(selector -> !selector.isEmpty())
        .forEach(gateways::add);
  }

  private void workload(Resource object, ChangedObjects.Pair pair) {
    boolean same =
        !pair.differsIn("spec", "template", "metadata", "labels")
            && !pair.differsIn("spec", "replicas")
            && !pair.differsIn("metadata", "labels");
    Optional<Workload> workload = same ? Optional.empty() : Workload.of(object);
    if (workload.isPresent()) {
      selected(workload.get().labels(), object);
      namespaces.add(object.namespace());
      gateways.add(workload.get().labels());
    }
  }

  /** Services whose Pods may be others than before. */
  private void selected(Map<String, String> labels, Resource object) {
    mesh = true;
    for (Mesh side : sides) {
      for (Resource service : side.list(Kind.SERVICE, object.namespace()).items()) {
        Map<String, String> selector = LabelSelector.labels(service.at("spec", "selector"));
        if (!selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet())) {
          host(new Registry(side).fullName(service));
        }
      }
      for (Resource entry : side.list(Kind.SERVICE_ENTRY, object.namespace()).items()) {
        if (entry.at("spec", "workloadSelector").isPresent()) {
          entry.at("spec", "hosts").each().forEach(h -> host(h.text("")));
        }
      }
    }
  }

  private void full(String written, Resource holder) {
    for (Mesh side : sides) {
      host(HostName.completed(written, holder.namespace(), side.facts().clusterDomain()));
    }
  }

  private void host(String host) {
    if (!host.isEmpty()) {
      hosts.add(host.toLowerCase(Locale.ROOT));
    }
  }

  /** Whoever leads to a host is concerned with it; and whoever serves one, on its ports. */
  private void close() {
    hosts.stream().filter(HostName::isWildcard).forEach(wildcards::add);
    aliases();
    Set<String> led = new LinkedHashSet<>();
    for (Mesh side : sides) {
      for (Resource one : side.list(Kind.VIRTUAL_SERVICE).items()) {
        Deadline.check();
        if (leadsThere(one, side)) {
          led.addAll(served(one, side));
        }
      }
    }
    led.stream()
        .filter(host -> !hosts.contains(host) && HostName.isWildcard(host))
        .forEach(wildcards::add);
    hosts.addAll(led);
    aliases();
    for (String host : hosts) {
      for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
        starts.add(host.substring(0, dot));
      }
      starts.add(host);
    }
    ports.add(HTTP);
    for (Mesh side : sides) {
      Registry registry = new Registry(side);
      for (Resource service : side.list(Kind.SERVICE).items()) {
        Deadline.check();
        ports(service, List.of(registry.fullName(service)), side);
      }
      for (Resource entry : side.list(Kind.SERVICE_ENTRY).items()) {
        Deadline.check();
        List<String> names =
            entry.at("spec", "hosts").each().stream().map(h -> h.text("")).toList();
        ports(entry, names, side);
      }
    }
  }

  /** A Service that is another name of a host has its routes; it may have other names itself. */
  private void aliases() {
    Map<String, Set<String>> names = new HashMap<>();
    for (Mesh side : sides) {
      Registry registry = new Registry(side);
      for (Resource service : side.list(Kind.SERVICE).items()) {
        Deadline.check();
        String of = service.at("spec", "externalName").text("").toLowerCase(Locale.ROOT);
        if (!of.isEmpty()) {
          names
              .computeIfAbsent(of, host -> new TreeSet<>())
              .add(registry.fullName(service).toLowerCase(Locale.ROOT));
        }
      }
    }
    Deque<String> open = new ArrayDeque<>();
    names.keySet().stream().filter(this::meets).forEach(open::add);
    while (!open.isEmpty()) {
      Deadline.check();
      for (String name : names.getOrDefault(open.remove(), Set.of())) {
        if (hosts.add(name)) {
          open.add(name);
        }
      }
    }
  }

  private void ports(Resource object, List<String> names, Mesh side) {
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (meets(lower)) {
        ServicePort.of(object, side.facts().istio()).forEach(port -> ports.add(port.number()));
        addresses(object);
      }
    }
  }

  private void addresses(Resource object) {
    object.at("spec", "clusterIP").text().ifPresent(addresses::add);
    for (Cursor at : object.at("spec", "addresses").each()) {
      String address = at.text("");
      addresses.add(address.endsWith("/32") ? address.substring(0, address.length() - 3) : address);
    }
  }

  private Set<String> served(Resource virtualService, Mesh side) {
    Set<String> served = new LinkedHashSet<>();
    if (VirtualServices.isDelegate(virtualService)) {
      for (Resource root : VirtualServices.roots(virtualService, side).items()) {
        served.addAll(own(root, side));
      }
      return served;
    }
    return own(virtualService, side);
  }

  private static Set<String> own(Resource virtualService, Mesh side) {
    Set<String> served = new LinkedHashSet<>();
    for (Cursor host : VirtualServices.hosts(virtualService)) {
      String full =
          HostName.completed(
              host.text(""), virtualService.namespace(), side.facts().clusterDomain());
      if (!full.isEmpty()) {
        served.add(full.toLowerCase(Locale.ROOT));
      }
    }
    return served;
  }

  private boolean leadsThere(Resource virtualService, Mesh side) {
    for (RouteKind kind : RouteKind.values()) {
      for (Cursor route : kind.routes(virtualService)) {
        for (Cursor to : route.at("route").each()) {
          String host = to.at("destination", "host").text("");
          String full =
              HostName.completed(host, virtualService.namespace(), side.facts().clusterDomain())
                  .toLowerCase(Locale.ROOT);
          if (hosts.contains(full)
              || wildcards.stream().anyMatch(one -> HostName.overlap(one, full))) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
