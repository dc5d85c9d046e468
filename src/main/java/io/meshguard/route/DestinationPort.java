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
   * Returns those of the routes that proxies of a namespace may have (istio
   * pilot/pkg/model/virtualservice.go {@code
   * virtualServiceDestinationsFilteredBySourceNamespace} @1.30.3).
   */
  static List<DestinationPort> of(Resource virtualService, String namespace, Mesh mesh) {
    List<DestinationPort> all = new ArrayList<>();
    for (Cursor route : RouteKind.HTTP.routes(virtualService)) {
      if (isFor(route, namespace)) {
        add(route, virtualService, mesh, all);
        // Delegates are merged into their roots before anybody asks.
        VirtualServices.delegate(route, virtualService, mesh)
            .found()
            .filter(delegate -> route.at("delegate").isPresent())
            .ifPresent(
                delegate ->
                    RouteKind.HTTP.routes(delegate).stream()
                        .filter(leaf -> isFor(leaf, namespace))
                        .forEach(leaf -> add(leaf, delegate, mesh, all)));
      }
    }
    for (RouteKind kind : List.of(RouteKind.TLS, RouteKind.TCP)) {
      kind.routes(virtualService).forEach(route -> add(route, virtualService, mesh, all));
    }
    return all;
  }

  private static boolean isFor(Cursor route, String namespace) {
    List<String> sources =
        route.at("match").each().stream()
            .map(match -> match.at("sourceNamespace").text(""))
            .filter(source -> !source.isEmpty())
            .toList();
    return sources.isEmpty() || sources.contains(namespace);
  }

  private static void add(
      Cursor route, Resource virtualService, Mesh mesh, List<DestinationPort> all) {
    for (Cursor to : route.at("route").each()) {
      addOne(to.at("destination"), virtualService, mesh, all);
    }
    addOne(route.at("mirror"), virtualService, mesh, all);
    for (Cursor mirror : route.at("mirrors").each()) {
      addOne(mirror.at("destination"), virtualService, mesh, all);
    }
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
