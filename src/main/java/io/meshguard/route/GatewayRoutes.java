package io.meshguard.route;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.HostName;
import io.meshguard.istio.ServicePort;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.GatewayServer.Mode;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The virtual hosts of the servers of a gateway that share a list of them: all plain ones of a
 * port, or one with TLS (istio pilot/pkg/networking/core/gateway.go {@code
 * buildGatewayHTTPRouteConfig} @1.30.3).
 */
final class GatewayRoutes {

  private final Proxy proxy;
  private final List<Server> servers;
  private final VirtualServiceSet virtualServices;
  private final HttpRoutes reader;
  private final ServiceCatalog catalog;
  private final Map<String, List<HttpRoute>> known = new HashMap<>();

  GatewayRoutes(
      Proxy proxy,
      List<Server> servers,
      VirtualServiceSet virtualServices,
      HttpRoutes reader,
      ServiceCatalog catalog) {
    this.proxy = proxy;
    this.servers = servers;
    this.virtualServices = virtualServices;
    this.reader = reader;
    this.catalog = catalog;
  }

  /** A VirtualService as one of the servers takes it. */
  private record Bound(int number, Server server, Resource virtualService) {}

  /** Returns the virtual host that takes an authority; empty where none does. */
  Optional<VirtualHost> forAuthority(String authority) {
    String host = Domains.host(authority);
    Map<String, List<Bound>> byDomain = new LinkedHashMap<>();
    Map<String, Boolean> redirects = new HashMap<>();
    for (int number = 0; number < servers.size(); number++) {
      Server server = servers.get(number);
      for (Resource one : virtualServices.of(name(server), proxy.namespace())) {
        Deadline.check();
        for (String domain : served(server, one)) {
          if (Domains.takes(domain, host)) {
            byDomain
                .computeIfAbsent(domain, d -> new ArrayList<>())
                .add(new Bound(number, server, one));
          }
        }
      }
      for (String name : redirected(server)) {
        if (Domains.takes(name, host)) {
          byDomain.computeIfAbsent(name, d -> new ArrayList<>());
          redirects.put(name, true);
        }
      }
    }
    return Domains.best(inUse(byDomain, redirects), host)
        .map(domain -> virtualHost(domain, byDomain, redirects));
  }

  /** A VirtualService without a route for this gateway makes no virtual host. */
  private Set<String> inUse(Map<String, List<Bound>> byDomain, Map<String, Boolean> redirects) {
    Set<String> domains = new LinkedHashSet<>();
    byDomain.forEach(
        (domain, bound) -> {
          boolean used =
              redirects.containsKey(domain)
                  || bound.stream().anyMatch(one -> !routes(one).isEmpty());
          if (used) {
            domains.add(domain);
          }
        });
    return domains;
  }

  private VirtualHost virtualHost(
      String domain, Map<String, List<Bound>> byDomain, Map<String, Boolean> redirects) {
    List<Bound> bound = byDomain.getOrDefault(domain, List.of());
    List<HttpRoute> routes = new ArrayList<>();
    List<HttpRoute> last = new ArrayList<>();
    Map<String, Resource> objects = new LinkedHashMap<>();
    boolean tls = redirects.containsKey(domain);
    for (int number = 0; number < servers.size(); number++) {
      Server server = servers.get(number);
      Map<String, Resource> here = new LinkedHashMap<>();
      for (Bound one : bound) {
        if (one.number() == number) {
          here.putIfAbsent(one.virtualService().ref().path(), one.virtualService());
        }
      }
      for (Resource one : virtualServices.inOrder(List.copyOf(here.values()), proxy.namespace())) {
        List<HttpRoute> own = routes(new Bound(number, server, one));
        own.forEach(route -> (route.isCatchAll() ? last : routes).add(route));
        if (!own.isEmpty()) {
          objects.putIfAbsent(one.ref().path(), one);
          tls |= server.mode() == Mode.REDIRECT;
        }
      }
    }
    routes.addAll(last);
    return new VirtualHost(domain, routes, tls, List.copyOf(objects.values()), List.of(), false);
  }

  /** Returns all domains that some virtual host may have. */
  Set<String> domains() {
    Set<String> domains = new LinkedHashSet<>();
    for (Server server : servers) {
      for (Resource one : virtualServices.of(name(server), proxy.namespace())) {
        domains.addAll(served(server, one));
      }
      domains.addAll(redirected(server));
    }
    return domains;
  }

  /** Of hosts of the server and of the VirtualService that have some in common, the narrower. */
  private Set<String> served(Server server, Resource virtualService) {
    Set<String> served = new LinkedHashSet<>();
    List<String> taken = forNamespace(server, virtualService.namespace());
    for (String host : virtualServices.written(virtualService)) {
      for (String one : taken) {
        String narrower = HostName.narrower(one, host);
        if (narrower != null) {
          served.add(narrower.toLowerCase(Locale.ROOT));
        }
      }
    }
    return served;
  }

  private static List<String> forNamespace(Server server, String namespace) {
    List<String> hosts = new ArrayList<>();
    for (String host : server.hosts()) {
      int slash = host.indexOf('/');
      if (slash < 0) {
        hosts.add(host);
      } else if (host.substring(0, slash).equals(namespace)) {
        hosts.add(host.substring(slash + 1));
      }
    }
    return hosts;
  }

  private static List<String> redirected(Server server) {
    return server.mode() == Mode.REDIRECT
        ? server.hosts().stream().map(host -> host.toLowerCase(Locale.ROOT)).toList()
        : List.of();
  }

  /** Routes are made once for a Gateway, with the port of the first of its servers. */
  private List<HttpRoute> routes(Bound bound) {
    String gateway = name(bound.server());
    return known.computeIfAbsent(
        gateway + " " + bound.virtualService().ref().path(),
        key ->
            reader.of(
                bound.virtualService(),
                new HttpRoutes.ForListener(
                    gateway,
                    port(bound.server()),
                    bound.server().at().at("tls").isPresent(),
                    this::service)));
  }

  /** A host of the VirtualService's own namespace comes first, if the proxy may see it. */
  private Optional<MeshService> service(Resource holder, String host) {
    List<MeshService> seen = catalog.seen(host, proxy.namespace());
    return seen.stream()
        .filter(one -> one.namespace().equals(holder.namespace()))
        .findFirst()
        .or(() -> seen.stream().filter(MeshService::isKubernetes).findFirst())
        .or(() -> seen.stream().findFirst());
  }

  static int port(Server server) {
    Cursor number = server.at().at("port", "number");
    return ServicePort.number(number);
  }

  static String name(Server server) {
    return server.gateway().namespace() + "/" + server.gateway().name();
  }
}
