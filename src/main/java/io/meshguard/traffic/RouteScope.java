package io.meshguard.traffic;

import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * For which proxies Istio makes a route at all: the conditions that it decides itself and Envoy
 * never sees (istio pilot/pkg/networking/core/route/route.go {@code sourceMatchHTTP} @1.30.3).
 *
 * @param names the gateways of the VirtualService
 */
public record RouteScope(GatewayNames names) {

  /** Returns the scope of the routes of a VirtualService. */
  public static RouteScope of(Resource virtualService) {
    return new RouteScope(GatewayNames.of(virtualService));
  }

  /** Returns whether some sidecar may have a route. */
  public boolean inMesh(Cursor route) {
    return matches(route).stream().anyMatch(match -> isFor(match, VirtualServices.MESH));
  }

  /** Returns the gateways that may have a route, without the sidecars. */
  public Set<String> gateways(Cursor route) {
    Set<String> gateways = new LinkedHashSet<>();
    for (Cursor match : matches(route)) {
      if (!narrowed(match)) {
        gateways.addAll(names.ofAll());
        break;
      }
      Set<String> own = names.of(match.at("gateways"));
      own.retainAll(names.ofAll());
      gateways.addAll(own);
    }
    gateways.remove(VirtualServices.MESH);
    return gateways;
  }

  /**
   * Returns the ports of callers for which some sidecar may have a route; empty where any port will
   * do.
   */
  public Optional<Set<Integer>> meshPorts(Cursor route) {
    Set<Integer> ports = new HashSet<>();
    for (Cursor match : matches(route)) {
      if (isFor(match, VirtualServices.MESH)) {
        int port = ServicePort.number(match.at("port"));
        if (port == 0) {
          return Optional.empty();
        }
        ports.add(port);
      }
    }
    return Optional.of(ports);
  }

  /**
   * Returns whether a server surely has a route: sources are compared with the gateway's own labels
   * and namespace, and only where a match names no gateways.
   */
  public boolean surelyAt(Cursor route, GatewayServer server) {
    return matches(route).stream()
        .anyMatch(
            match -> {
              int port = ServicePort.number(match.at("port"));
              boolean bySource =
                  match.at("sourceLabels").isPresent() || match.at("sourceNamespace").isPresent();
              return isFor(match, server.gateway())
                  && (port == 0 ? !match.at("port").isPresent() : port == server.port())
                  && (narrowed(match) || !bySource);
            });
  }

  /** Returns the matches that sidecars may have a route for. */
  List<Cursor> matchesInMesh(Cursor route) {
    return matches(route).stream().filter(match -> isFor(match, VirtualServices.MESH)).toList();
  }

  private boolean isFor(Cursor match, String gateway) {
    return names.ofAll().contains(gateway)
        && (!narrowed(match) || names.of(match.at("gateways")).contains(gateway));
  }

  private static boolean narrowed(Cursor match) {
    return match.at("gateways").isNonEmpty();
  }

  /** Returns the matches of a route; one that is missing where it has none. */
  static List<Cursor> matches(Cursor route) {
    List<Cursor> matches = route.at("match").each();
    return matches.isEmpty() ? List.of(route.at("match").at("none")) : matches;
  }
}
