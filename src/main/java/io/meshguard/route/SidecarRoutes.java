package io.meshguard.route;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.istio.HostName;
import io.meshguard.istio.ServicePort;
import io.meshguard.match.RequestMatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.route.Action.Fault;
import io.meshguard.route.Action.Limits;
import io.meshguard.route.Action.Rewrite;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The virtual hosts of a sidecar for calls on one port (istio
 * pilot/pkg/networking/core/httproute.go {@code BuildSidecarOutboundVirtualHosts} and
 * route/route.go {@code BuildSidecarVirtualHostWrapper} @1.30.3).
 */
final class SidecarRoutes {

  private static final String MESH = "mesh";

  private final Proxy proxy;
  private final Mesh mesh;
  private final SidecarScope scope;
  private final EgressListener listener;
  private final int port;
  private final VirtualServiceSet virtualServices;
  private final HttpRoutes reader;

  /** By name in small letters, each with the one port. */
  private final Map<String, MeshService> services = new LinkedHashMap<>();

  private final Map<String, List<HttpRoute>> known = new HashMap<>();

  /** Places of VirtualServices among those of the listener, by their names. */
  private final Map<String, List<Integer>> byName = new HashMap<>();

  private final Map<Integer, List<String>> withWildcards = new LinkedHashMap<>();

  SidecarRoutes(
      Proxy proxy,
      Mesh mesh,
      SidecarScope scope,
      EgressListener listener,
      int port,
      VirtualServiceSet virtualServices,
      HttpRoutes reader) {
    this.proxy = proxy;
    this.mesh = mesh;
    this.scope = scope;
    this.listener = listener;
    this.port = port;
    this.virtualServices = virtualServices;
    this.reader = reader;
    index();
    for (MeshService service : listener.services()) {
      Deadline.check();
      service
          .port(port)
          .ifPresent(
              one ->
                  services.put(
                      service.host().toLowerCase(Locale.ROOT), service.with(List.of(one))));
    }
  }

  /** One virtual host as istiod makes it, with the domains that it has. */
  private record Made(
      Set<String> domains, List<HttpRoute> routes, List<Resource> objects, String name) {}

  /** Returns the virtual host that takes an authority on the listener for all services. */
  VirtualHost forAuthority(String authority) {
    String host = Domains.host(authority);
    List<Made> made = made(host);
    Map<String, Made> byDomain = new LinkedHashMap<>();
    made.forEach(one -> one.domains().forEach(domain -> byDomain.putIfAbsent(domain, one)));
    Optional<String> best = Domains.best(byDomain.keySet(), host);
    Made chosen = best.map(byDomain::get).orElse(null);
    return chosen == null ? catchAll() : virtualHost(best.orElse(""), chosen, host);
  }

  /**
   * Returns the virtual host of the listener that one service has for itself, which takes every
   * authority; without routes where there is none.
   */
  VirtualHost forService(MeshService service) {
    String host = service.host().toLowerCase(Locale.ROOT);
    return made(host).stream()
        .filter(one -> one.domains().contains(host))
        .findFirst()
        .map(one -> virtualHost("*", one, host))
        .orElseGet(() -> new VirtualHost("*", List.of(), false, List.of(), List.of(), false));
  }

  /**
   * Returns the domains that virtual hosts have, without the one for everything else.
   *
   * @param wanted the full names of hosts of which they are asked for
   */
  Set<String> domains(Predicate<String> wanted) {
    Set<String> domains = new LinkedHashSet<>();
    byName.keySet().stream().filter(wanted).forEach(domains::add);
    domains.remove("*");
    services.forEach(
        (name, service) -> {
          if (wanted.test(name)) {
            domains.addAll(domains(service));
          }
        });
    return domains;
  }

  private VirtualHost virtualHost(String domain, Made made, String host) {
    List<Resource> passed =
        relevant(candidates(host), host).stream()
            .filter(one -> !made.objects().contains(one))
            .toList();
    return new VirtualHost(domain, made.routes(), false, made.objects(), passed, false);
  }

  private VirtualHost catchAll() {
    Action action = scope.registryOnly() ? new Action.Respond(502) : new Action.PassThrough();
    HttpRoute route = own(action, scope.registryOnly() ? "block_all" : "allow_any");
    return new VirtualHost("*", List.of(route), false, List.of(), List.of(), true);
  }

  private static HttpRoute own(Action action, String name) {
    Cursor nowhere = Cursor.root(MissingNode.getInstance());
    return new HttpRoute(
        RequestMatch.builder().build(),
        action,
        Optional.empty(),
        Optional.empty(),
        nowhere,
        nowhere,
        nowhere,
        nowhere,
        name,
        Optional.of("/"));
  }

  /** Returns the virtual hosts that may take a name, in the order in which istiod makes them. */
  private List<Made> made(String host) {
    Map<String, MeshService> candidates = candidates(host);
    Set<String> names = new HashSet<>();
    Set<String> taken = new HashSet<>();
    Set<String> fullNames = new HashSet<>();
    Set<String> served = new HashSet<>();
    List<Wrapper> wrappers = new ArrayList<>();
    for (Resource one : inOrder(relevant(candidates, host))) {
      List<HttpRoute> routes = routes(one);
      if (routes.isEmpty()) {
        continue;
      }
      Wrapper wrapper = wrapper(one, routes, candidates);
      if (wrapper.serves() || port == 80) {
        wrappers.add(wrapper);
        wrapper.services().forEach(service -> served.add(key(service)));
      }
    }
    for (MeshService service : candidates.values()) {
      boolean http = service.ports().get(0).protocol().mayBeHttp();
      if (!served.contains(key(service))
          && http
          && service.resolution() != MeshService.Resolution.ALIAS) {
        wrappers.add(
            new Wrapper(
                List.of(),
                List.of(service),
                List.of(direct(service)),
                List.of(service.object()),
                true));
      }
    }
    wrappers.forEach(w -> w.services().forEach(service -> fullNames.add(key(service))));
    List<Made> made = new ArrayList<>();
    for (Wrapper wrapper : wrappers) {
      for (String name : wrapper.hosts()) {
        if (names.add(name)) {
          add(Set.of(name), Set.of(), wrapper, name, taken, fullNames, made);
        }
      }
      for (MeshService service : wrapper.services()) {
        if (names.add(key(service))) {
          add(domains(service), expanded(service), wrapper, key(service), taken, fullNames, made);
        }
      }
    }
    return made;
  }

  private static void add(
      Set<String> domains,
      Set<String> expanded,
      Wrapper wrapper,
      String name,
      Set<String> taken,
      Set<String> fullNames,
      List<Made> made) {
    Set<String> left = new LinkedHashSet<>();
    for (String domain : domains) {
      boolean another = expanded.contains(domain) && fullNames.contains(domain);
      if (!another && taken.add(domain)) {
        left.add(domain);
      }
    }
    if (!left.isEmpty()) {
      made.add(new Made(left, wrapper.routes(), wrapper.objects(), name));
    }
  }

  /**
   * Routes with the hosts and services that they serve.
   *
   * @param serves whether some service on the port speaks HTTP
   */
  private record Wrapper(
      List<String> hosts,
      List<MeshService> services,
      List<HttpRoute> routes,
      List<Resource> objects,
      boolean serves) {}

  private Wrapper wrapper(
      Resource virtualService, List<HttpRoute> routes, Map<String, MeshService> candidates) {
    List<String> hosts = new ArrayList<>();
    Map<String, MeshService> served = new LinkedHashMap<>();
    boolean serves = false;
    List<String> written = virtualServices.hosts(virtualService);
    for (String host : written) {
      if (!HostName.isWildcard(host)) {
        MeshService service = services.get(host);
        if (service == null) {
          hosts.add(host);
        } else {
          serves |= service.ports().get(0).protocol().mayBeHttp();
          served.put(host, service);
        }
      }
    }
    for (String host : written) {
      if (HostName.isWildcard(host)) {
        boolean meets = false;
        for (Map.Entry<String, MeshService> one : services.entrySet()) {
          if (HostName.overlap(host, one.getKey())) {
            meets = true;
            Resource owner = listener.wildcardOwners().get(one.getKey());
            if (owner != null && owner.ref().equals(virtualService.ref())) {
              serves |= one.getValue().ports().get(0).protocol().mayBeHttp();
              if (candidates.containsKey(one.getKey())) {
                served.put(one.getKey(), one.getValue());
              }
            }
          }
        }
        if (!meets) {
          hosts.add(host);
        }
      }
    }
    List<MeshService> http =
        served.values().stream()
            .filter(service -> service.ports().get(0).protocol().mayBeHttp())
            .toList();
    return new Wrapper(hosts, http, routes, List.of(virtualService), serves);
  }

  /** On ports other than 80 a VirtualService counts where one of its hosts is a service there. */
  private boolean isSelected(Resource virtualService) {
    if (port == 80) {
      return true;
    }
    for (String host : virtualServices.hosts(virtualService)) {
      if (services.containsKey(host)) {
        return true;
      }
      boolean wildcard = HostName.isWildcard(host);
      boolean meets =
          services.keySet().stream()
              .filter(name -> wildcard || HostName.isWildcard(name))
              .anyMatch(name -> HostName.overlap(host, name));
      if (meets) {
        return true;
      }
    }
    return false;
  }

  private List<Resource> relevant(Map<String, MeshService> candidates, String host) {
    BitSet found = new BitSet();
    byName.getOrDefault(host, List.of()).forEach(found::set);
    candidates.keySet().forEach(name -> byName.getOrDefault(name, List.of()).forEach(found::set));
    withWildcards.forEach(
        (at, names) -> {
          if (!found.get(at)) {
            found.set(
                at,
                names.stream()
                    .anyMatch(
                        name ->
                            Domains.takes(name, host)
                                || candidates.keySet().stream()
                                    .anyMatch(c -> HostName.overlap(name, c))));
          }
        });
    return found.stream()
        .mapToObj(listener.virtualServices()::get)
        .filter(this::isSelected)
        .toList();
  }

  /** Of thousands few have a name in common with one that is called. */
  private void index() {
    for (int i = 0; i < listener.virtualServices().size(); i++) {
      Deadline.check();
      int at = i;
      for (String name : virtualServices.hosts(listener.virtualServices().get(i))) {
        byName.computeIfAbsent(name, n -> new ArrayList<>()).add(at);
        if (HostName.isWildcard(name)) {
          withWildcards.computeIfAbsent(at, a -> new ArrayList<>()).add(name);
        }
      }
    }
  }

  private List<Resource> inOrder(List<Resource> some) {
    return virtualServices.inOrder(some, proxy.namespace());
  }

  private List<HttpRoute> routes(Resource virtualService) {
    return known.computeIfAbsent(
        virtualService.ref().path(),
        path ->
            reader.of(
                virtualService,
                new HttpRoutes.ForListener(
                    MESH, port, false, (holder, host) -> Optional.ofNullable(services.get(host)))));
  }

  private HttpRoute direct(MeshService service) {
    ServicePort to = service.ports().get(0);
    Target target =
        new Target(
            new ClusterName(to.number(), "", service.host()),
            1,
            Cursor.root(MissingNode.getInstance()));
    Action action =
        new Action.Forward(
            List.of(target),
            Rewrite.NONE,
            new Limits(Optional.empty(), reader.byDefault(), Map.of(), List.of(), Fault.NONE));
    return own(action, "default");
  }

  /** Returns the services that may serve a name, by their full names. */
  private Map<String, MeshService> candidates(String host) {
    Map<String, MeshService> found = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>(spelled(host));
    // A headless Service serves every name under its own.
    for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      names.addAll(spelled(host.substring(dot + 1)));
    }
    for (String name : names) {
      MeshService service = services.get(name);
      if (service != null) {
        found.put(name, service);
      }
    }
    services.forEach(
        (name, service) -> {
          boolean wildcard = HostName.isWildcard(name) && Domains.takes(name, host);
          if (wildcard
              || service.addresses().contains(host)
              || (!service.aliases().isEmpty()
                  && service.aliases().stream()
                      .anyMatch(alias -> names.contains(alias.toLowerCase(Locale.ROOT))))) {
            found.put(name, service);
          }
        });
    return found;
  }

  private List<String> spelled(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String domain = mesh.facts().clusterDomain();
    List<String> names = new ArrayList<>(List.of(name));
    int dots = (int) name.chars().filter(c -> c == '.').count();
    if (dots == 0) {
      names.add(name + "." + proxy.namespace() + ".svc." + domain);
    }
    if (dots == 1) {
      names.add(name + ".svc." + domain);
    }
    if (name.endsWith(".svc")) {
      names.add(name + "." + domain);
    }
    return names;
  }

  /**
   * Returns the names by which a service is called (httproute.go {@code
   * generateVirtualHostDomains}).
   */
  private Set<String> domains(MeshService service) {
    Set<String> domains = new LinkedHashSet<>();
    for (String name : names(service)) {
      domains.add(name);
      domains.add(name + ".");
      domains.addAll(shorter(name));
    }
    if (service.resolution() == MeshService.Resolution.PASSTHROUGH && service.isKubernetes()) {
      List.copyOf(domains).forEach(domain -> domains.add("*." + domain));
    }
    domains.addAll(service.addresses());
    return domains;
  }

  private static List<String> names(MeshService service) {
    List<String> names = new ArrayList<>(List.of(key(service)));
    service.aliases().forEach(alias -> names.add(alias.toLowerCase(Locale.ROOT)));
    return names;
  }

  /** Names in another spelling, which are left to a service that is called so. */
  private Set<String> expanded(MeshService service) {
    Set<String> expanded = new HashSet<>();
    for (String name : names(service)) {
      expanded.add(name + ".");
      expanded.addAll(shorter(name));
    }
    return expanded;
  }

  private List<String> shorter(String name) {
    String suffix = ".svc." + mesh.facts().clusterDomain();
    if (!name.endsWith(suffix)) {
      return List.of();
    }
    String head = name.substring(0, name.length() - suffix.length());
    int dot = head.indexOf('.');
    if (dot < 0) {
      return List.of();
    }
    List<String> names = new ArrayList<>(List.of(head, head + ".svc"));
    if (head.substring(dot + 1).equals(proxy.namespace())) {
      names.add(head.substring(0, dot));
    }
    return names;
  }

  private static String key(MeshService service) {
    return service.host().toLowerCase(Locale.ROOT);
  }
}
