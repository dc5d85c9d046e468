package io.meshguard.traffic;

import io.meshguard.istio.ServicePort;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The sidecars for which Istio makes a route of a VirtualService.
 *
 * @param namespace their namespace; empty for any
 * @param labels the labels that they have
 * @param port the port that callers use; 0 for any
 */
record Delivery(String namespace, Map<String, String> labels, int port) {

  private static final Delivery TO_ALL = new Delivery("", Map.of(), 0);

  Delivery {
    labels = Map.copyOf(labels);
  }

  /**
   * Returns the deliveries of the http routes of a VirtualService: one to all where there is one,
   * and those that tell more only where there is none. A match that names gateways looks at no
   * sources.
   */
  static List<Delivery> of(Resource virtualService) {
    RouteScope scope = RouteScope.of(virtualService);
    List<Delivery> all = new ArrayList<>();
    for (Cursor route : RouteKind.HTTP.routes(virtualService)) {
      for (Cursor match : scope.matchesInMesh(route)) {
        Delivery one = of(match);
        if (one.isToAll()) {
          return List.of(TO_ALL);
        }
        all.add(one);
      }
    }
    return all;
  }

  private boolean isToAll() {
    return namespace.isEmpty() && labels.isEmpty() && port == 0;
  }

  private static Delivery of(Cursor match) {
    int port = ServicePort.number(match.at("port"));
    return match.at("gateways").isNonEmpty()
        ? new Delivery("", Map.of(), port)
        : new Delivery(
            match.at("sourceNamespace").text(""),
            LabelSelector.labels(match.at("sourceLabels")),
            port);
  }

  /** Returns whether one sidecar can be meant by both. */
  boolean meets(Delivery other) {
    return (namespace.isEmpty() || other.namespace.isEmpty() || namespace.equals(other.namespace))
        && (port == 0 || other.port == 0 || port == other.port)
        && labels.entrySet().stream()
            .allMatch(
                label ->
                    other
                        .labels
                        .getOrDefault(label.getKey(), label.getValue())
                        .equals(label.getValue()));
  }
}
