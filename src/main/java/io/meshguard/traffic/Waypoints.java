package io.meshguard.traffic;

import io.meshguard.istio.Namespaces;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Map;

/** Whether a waypoint may stand where sidecars are expected: it reads VirtualServices otherwise. */
final class Waypoints {

  private static final String WAYPOINT = "istio.io/use-waypoint";
  private static final String MODE = "istio.io/dataplane-mode";

  private Waypoints() {}

  /** Returns whether an object names a waypoint of its own. */
  static boolean isAsked(Resource object) {
    return object.label(WAYPOINT).isPresent();
  }

  /** Returns whether a namespace is seen to be in ambient mode or to have a waypoint. */
  static boolean areSeen(String namespace, Mesh mesh) {
    Map<String, String> labels = Namespaces.labels(namespace, mesh).orElse(Map.of());
    return "ambient".equals(labels.get(MODE)) || labels.containsKey(WAYPOINT);
  }

  /** Returns whether a namespace is known to be neither. */
  static boolean areNot(String namespace, Mesh mesh) {
    return !(mesh.find(Kind.NAMESPACE, "", namespace) instanceof Lookup.Unknown)
        && !areSeen(namespace, mesh);
  }
}
