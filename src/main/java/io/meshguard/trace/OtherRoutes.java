package io.meshguard.trace;

import io.meshguard.istio.Namespaces;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.MeshService;
import io.meshguard.route.ProxyTables;
import java.util.Map;

/**
 * What may route calls of a Service besides VirtualServices: HTTPRoutes that are attached to it
 * (istio pilot/pkg/config/kube/gateway/conversion.go @1.30.3), and waypoints.
 */
final class OtherRoutes {

  private static final String WAYPOINT = "istio.io/use-waypoint";
  private static final String MODE = "istio.io/dataplane-mode";

  private OtherRoutes() {}

  /** Doubts what is said of a service where there is something of these. */
  static void doubt(MeshService service, ProxyTables tables) {
    for (Resource route : tables.mesh().list(Kind.HTTP_ROUTE).items()) {
      boolean attached =
          route.at("spec", "parentRefs").each().stream()
              .anyMatch(parent -> isTo(parent, route, service));
      if (attached) {
        tables.assumptions().doubt(Subject.GATEWAY_API, route.ref().path());
      }
    }
    Map<String, String> labels =
        Namespaces.labels(service.namespace(), tables.mesh()).orElse(Map.of());
    boolean waypoint =
        service.object().label(WAYPOINT).isPresent()
            || labels.containsKey(WAYPOINT)
            || "ambient".equals(labels.get(MODE));
    if (waypoint) {
      tables.assumptions().doubt(Subject.WAYPOINT, service.host());
    }
  }

  private static boolean isTo(Cursor parent, Resource route, MeshService service) {
    String namespace = parent.at("namespace").text(route.namespace());
    String kind = parent.at("kind").text("Gateway");
    String name = parent.at("name").text("");
    return (kind.equals("Service") || kind.equals("ServiceEntry") || kind.equals("Hostname"))
        && namespace.equals(service.namespace())
        && (name.equals(service.object().name()) || name.equals(service.host()));
  }
}
