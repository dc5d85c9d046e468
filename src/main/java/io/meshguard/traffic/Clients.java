package io.meshguard.traffic;

import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The namespaces whose proxies have the routes of a VirtualService. For use within one check. */
final class Clients {

  private final Visibility visibility;
  private final GatewayTable gateways;
  private final GatewayPods pods;

  Clients(Resource virtualService, GatewayTable gateways, Mesh mesh) {
    this.visibility = Visibility.of(virtualService, mesh);
    this.gateways = gateways;
    this.pods = new GatewayPods(mesh);
  }

  /**
   * Returns the namespaces, in order, of all proxies that may have a route; empty where they are
   * not all known, or any namespace may be one.
   */
  Optional<Set<String>> namespaces(Cursor route, RouteScope scope) {
    Set<String> all = new TreeSet<>();
    if (scope.inMesh(route)) {
      if (visibility.readings().size() != 1 || visibility.reachesAll()) {
        return Optional.empty();
      }
      all.addAll(visibility.readings().iterator().next());
    }
    for (String name : scope.gateways(route)) {
      Optional<Set<String>> ofPods =
          Optional.ofNullable(gateways.gateways().get(name)).flatMap(pods::namespaces);
      if (ofPods.isEmpty() || ofPods.get().isEmpty()) {
        return Optional.empty();
      }
      ofPods.get().stream()
          .filter(namespace -> visibility.reaches(namespace) != Ternary.FALSE)
          .forEach(all::add);
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(all);
  }
}
