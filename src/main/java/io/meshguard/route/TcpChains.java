package io.meshguard.route;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.istio.HostName;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.ServicePort;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.GatewayNames;
import io.meshguard.traffic.GatewayServer.Mode;
import io.meshguard.traffic.RouteKind;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The filter chains that forward bytes: of a sidecar for a service (istio
 * pilot/pkg/networking/core/tls.go @1.30.3), and of a gateway for a server (gateway.go {@code
 * createGatewayTCPFilterChainOpts} @1.30.3).
 */
final class TcpChains {

  private static final String MESH = "mesh";

  private final Proxy proxy;
  private final Mesh mesh;
  private final VirtualServiceSet virtualServices;
  private final Supplier<Map<String, MeshService>> services;

  TcpChains(
      Proxy proxy,
      Mesh mesh,
      VirtualServiceSet virtualServices,
      Supplier<Map<String, MeshService>> services) {
    this.proxy = proxy;
    this.mesh = mesh;
    this.virtualServices = virtualServices;
    this.services = services;
  }

  /** Returns the chains of a sidecar for a port of a service. */
  List<TcpChain> of(
      MeshService service,
      int port,
      Protocol protocol,
      EgressListener listener,
      String address,
      List<String> subnets) {
    List<Resource> routes =
        virtualServices.inOrder(
            listener.virtualServices().stream()
                .filter(
                    one ->
                        !RouteKind.TLS.routes(one).isEmpty()
                            || !RouteKind.TCP.routes(one).isEmpty())
                .filter(
                    one ->
                        virtualServices.hosts(one).stream()
                            .anyMatch(
                                host ->
                                    HostName.overlap(
                                        host, service.host().toLowerCase(Locale.ROOT))))
                .toList(),
            proxy.namespace());
    return protocol == Protocol.TLS
        ? tls(service, port, routes, address, subnets)
        : tcp(service, port, routes, subnets);
  }

  private List<TcpChain> tls(
      MeshService service, int port, List<Resource> routes, String address, List<String> subnets) {
    List<TcpChain> chains = new ArrayList<>();
    Set<String> handled = new HashSet<>();
    List<String> destinations = subnets;
    for (Resource one : routes) {
      for (Cursor entry : RouteKind.TLS.routes(one)) {
        if (!entry.at("route").isNonEmpty()) {
          continue;
        }
        for (Cursor match : entry.at("match").each()) {
          if (!isFor(match, one, port)) {
            continue;
          }
          List<String> own = texts(match.at("destinationSubnets"));
          destinations = own.isEmpty() ? destinations : own;
          List<String> names = texts(match.at("sniHosts"));
          if (handled.add(names + "|" + own)) {
            chains.add(
                new TcpChain(
                    names,
                    destinations,
                    targets(entry, one, port),
                    Optional.of(one),
                    Optional.of(service),
                    entry,
                    false));
          }
        }
      }
    }
    if (chains.isEmpty()) {
      boolean byName = !subnets.isEmpty() || address.equals(SidecarListener.ANY);
      List<String> names = new ArrayList<>();
      if (byName) {
        names.add(service.host());
        names.addAll(service.aliases());
      }
      chains.add(byDefault(service, port, names, subnets));
    }
    return chains;
  }

  private List<TcpChain> tcp(
      MeshService service, int port, List<Resource> routes, List<String> subnets) {
    List<TcpChain> chains = new ArrayList<>();
    boolean ended = false;
    for (Resource one : routes) {
      for (Cursor entry : RouteKind.TCP.routes(one)) {
        if (!entry.at("route").isNonEmpty()) {
          continue;
        }
        List<Target> targets = targets(entry, one, port);
        List<Cursor> matches = entry.at("match").each();
        List<String> wanted = new ArrayList<>();
        boolean all = matches.isEmpty();
        for (Cursor match : matches) {
          if (isFor(match, one, port)) {
            List<String> own = texts(match.at("destinationSubnets"));
            all |= own.isEmpty();
            if (all) {
              break;
            }
            wanted.addAll(own);
          }
        }
        if (all) {
          chains.add(
              new TcpChain(
                  List.of(),
                  subnets,
                  targets,
                  Optional.of(one),
                  Optional.of(service),
                  entry,
                  false));
          return chains;
        }
        if (!wanted.isEmpty()) {
          chains.add(
              new TcpChain(
                  List.of(),
                  wanted,
                  targets,
                  Optional.of(one),
                  Optional.of(service),
                  entry,
                  false));
          ended |= Set.copyOf(wanted).equals(Set.copyOf(subnets));
        }
      }
    }
    if (!ended) {
      chains.add(byDefault(service, port, List.of(), subnets));
    }
    return chains;
  }

  private static TcpChain byDefault(
      MeshService service, int port, List<String> names, List<String> subnets) {
    int number = service.ports().size() == 1 ? service.ports().get(0).number() : port;
    Cursor nowhere = Cursor.root(MissingNode.getInstance());
    Target target = new Target(new ClusterName(number, "", service.host()), 1, nowhere);
    return new TcpChain(
        names, subnets, List.of(target), Optional.empty(), Optional.of(service), nowhere, false);
  }

  private boolean isFor(Cursor match, Resource virtualService, int port) {
    int wanted = ServicePort.number(match.at("port"));
    GatewayNames names = new GatewayNames(virtualService.namespace(), Set.of());
    String source = match.at("sourceNamespace").text("");
    return (wanted == 0 || wanted == port)
        && (!match.at("gateways").isNonEmpty() || names.of(match.at("gateways")).contains(MESH))
        && proxy.has(LabelSelector.labels(match.at("sourceLabels")))
        && (source.isEmpty() || source.equals(proxy.namespace()));
  }

  /** Returns the chains of a server of a gateway that does not read HTTP. */
  List<TcpChain> of(Server server, Set<String> namesOfPort) {
    List<Resource> bound =
        virtualServices.inOrder(
            virtualServices.of(GatewayRoutes.name(server), proxy.namespace()).stream()
                .filter(one -> meets(server, one))
                .toList(),
            proxy.namespace());
    return switch (server.mode()) {
      case TCP, TLS -> gatewayTcp(server, bound);
      case PASSTHROUGH -> gatewayTls(server, bound, namesOfPort);
      case AUTO_PASSTHROUGH, HTTP, HTTPS, REDIRECT, UNKNOWN -> List.of();
    };
  }

  private boolean meets(Server server, Resource virtualService) {
    for (String host : virtualServices.written(virtualService)) {
      for (String taken : server.hosts()) {
        int slash = taken.indexOf('/');
        boolean seen = slash < 0 || taken.substring(0, slash).equals(virtualService.namespace());
        if (seen && HostName.overlap(taken.substring(slash + 1), host)) {
          return true;
        }
      }
    }
    return false;
  }

  private List<TcpChain> gatewayTcp(Server server, List<Resource> bound) {
    for (Resource one : bound) {
      for (Cursor entry : RouteKind.TCP.routes(one)) {
        List<Cursor> matches = entry.at("match").each();
        boolean matched =
            matches.isEmpty() || matches.stream().anyMatch(match -> isAt(match, one, server));
        if (matched && entry.at("route").isNonEmpty()) {
          List<String> names =
              server.mode() == Mode.TLS
                  ? server.hosts().stream().map(TcpChains::withoutNamespace).toList()
                  : List.of();
          return List.of(
              new TcpChain(
                  names,
                  List.of(),
                  targets(entry, one, GatewayRoutes.port(server)),
                  Optional.of(one),
                  Optional.empty(),
                  entry,
                  server.mode() == Mode.TLS));
        }
      }
    }
    return List.of();
  }

  private List<TcpChain> gatewayTls(Server server, List<Resource> bound, Set<String> namesOfPort) {
    List<TcpChain> chains = new ArrayList<>();
    for (Resource one : bound) {
      for (Cursor entry : RouteKind.TLS.routes(one)) {
        if (!entry.at("route").isNonEmpty()) {
          continue;
        }
        for (Cursor match : entry.at("match").each()) {
          List<String> names = texts(match.at("sniHosts"));
          if (isAt(match, one, server) && names.stream().noneMatch(namesOfPort::contains)) {
            namesOfPort.addAll(names);
            chains.add(
                new TcpChain(
                    names,
                    List.of(),
                    targets(entry, one, GatewayRoutes.port(server)),
                    Optional.of(one),
                    Optional.empty(),
                    entry,
                    false));
          }
        }
      }
    }
    return chains;
  }

  private static boolean isAt(Cursor match, Resource virtualService, Server server) {
    int wanted = ServicePort.number(match.at("port"));
    GatewayNames names = new GatewayNames(virtualService.namespace(), Set.of());
    return (wanted == 0 || wanted == GatewayRoutes.port(server))
        && (!match.at("gateways").isNonEmpty()
            || names.of(match.at("gateways")).contains(GatewayRoutes.name(server)));
  }

  private static String withoutNamespace(String host) {
    return host.substring(host.indexOf('/') + 1);
  }

  /** Of several destinations those without weight get nothing. */
  private List<Target> targets(Cursor entry, Resource holder, int listened) {
    List<Cursor> written = entry.at("route").each();
    List<Target> targets = new ArrayList<>();
    for (Cursor one : written) {
      long weight = one.at("weight").integer().orElse(0);
      if (written.size() == 1 || weight > 0) {
        Cursor at = one.at("destination");
        targets.add(
            new Target(cluster(at, holder, listened), written.size() == 1 ? 1 : weight, at));
      }
    }
    return targets;
  }

  private ClusterName cluster(Cursor destination, Resource holder, int listened) {
    String host =
        HostName.completed(
            destination.at("host").text(""), holder.namespace(), mesh.facts().clusterDomain());
    Optional<MeshService> service = Optional.ofNullable(services.get().get(host));
    int port = listened;
    if (destination.at("port").isNonEmpty()) {
      port = ServicePort.number(destination.at("port", "number"));
    } else if (service.isPresent() && service.get().ports().size() == 1) {
      port = service.get().ports().get(0).number();
    }
    String target =
        service
            .filter(one -> one.resolution() == MeshService.Resolution.ALIAS)
            .flatMap(one -> one.object().at("spec", "externalName").text())
            .orElse(host);
    return new ClusterName(port, destination.at("subset").text(""), target);
  }

  private static List<String> texts(Cursor list) {
    List<String> texts = new ArrayList<>();
    list.each().forEach(one -> one.text().ifPresent(texts::add));
    return texts;
  }
}
