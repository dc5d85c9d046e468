package io.meshguard.route;

import io.meshguard.istio.HostName;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.RouteKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A host and port that a VirtualService leads to.
 *
 * @param host the full name
 * @param port the port; 0 where none is named
 */
record DestinationPort(String host, int port) {

  /**
   * Where the routes of one list lead to that the same proxies may have.
   *
   * @param sources for each condition the namespaces whose proxies meet it; empty for all
   * @param ports where they lead to
   */
  record OfRoute(List<List<String>> sources, List<DestinationPort> ports) {

    OfRoute {
      sources = List.copyOf(sources);
      ports = List.copyOf(ports);
    }

    /** Returns whether proxies of a namespace may have the routes. */
    boolean isFor(String namespace) {
      return sources.stream().allMatch(one -> one.isEmpty() || one.contains(namespace));
    }
  }

  /**
   * Returns those of all routes, with the namespaces whose proxies may have them (istio
   * pilot/pkg/model/virtualservice.go {@code
   * virtualServiceDestinationsFilteredBySourceNamespace} @1.30.3).
   */
  static List<OfRoute> of(Resource virtualService, Mesh mesh) {
    List<OfRoute> all = new ArrayList<>();
    for (Cursor route : RouteKind.HTTP.routes(virtualService)) {
      List<String> sources = sources(route);
      all.add(new OfRoute(List.of(sources), ports(route, virtualService, mesh)));
      // Delegates are merged into their roots before anybody asks.
      VirtualServices.delegate(route, virtualService, mesh)
          .found()
          .filter(delegate -> route.at("delegate").isPresent())
          .ifPresent(
              delegate ->
                  RouteKind.HTTP
                      .routes(delegate)
                      .forEach(
                          leaf ->
                              all.add(
                                  new OfRoute(
                                      List.of(sources, sources(leaf)),
                                      ports(leaf, delegate, mesh)))));
    }
    for (RouteKind kind : List.of(RouteKind.TLS, RouteKind.TCP)) {
      kind.routes(virtualService)
          .forEach(route -> all.add(new OfRoute(List.of(), ports(route, virtualService, mesh))));
    }
    return List.copyOf(all);
  }

  private static List<String> sources(Cursor route) {
    return route.at("match").each().stream()
        .map(match -> match.at("sourceNamespace").text(""))
        .filter(source -> !source.isEmpty())
        .toList();
  }

  private static List<DestinationPort> ports(Cursor route, Resource virtualService, Mesh mesh) {
    List<DestinationPort> all = new ArrayList<>();
    for (Cursor to : route.at("route").each()) {
      addOne(to.at("destination"), virtualService, mesh, all);
    }
    addOne(route.at("mirror"), virtualService, mesh, all);
    for (Cursor mirror : route.at("mirrors").each()) {
      addOne(mirror.at("destination"), virtualService, mesh, all);
    }
    return all;
  }

  private static void addOne(
      Cursor destination, Resource virtualService, Mesh mesh, List<DestinationPort> all) {
    destination
        .at("host")
        .text()
        .ifPresent(
            host ->
                all.add(
                    new DestinationPort(
                        HostName.completed(
                            host, virtualService.namespace(), mesh.facts().clusterDomain()),
                        ServicePort.number(destination.at("port", "number")))));
  }
}
