package io.meshguard.rules.ingress;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;

/** Which Services lead to ingress gateways. */
final class IngressServices {

  private IngressServices() {}

  /**
   * Returns whether a Service leads to an ingress gateway: it says so by its labels or selector, a
   * gateway controller made it, or a Gateway selects its Pods. A gateway between networks of the
   * mesh is none.
   */
  static boolean isIngress(Resource service, Mesh mesh) {
    boolean eastWest =
        service.label("topology.istio.io/network").isPresent()
            || says(service, "istio", "eastwestgateway");
    return !eastWest
        && (says(service, "istio", "ingressgateway")
            || says(service, "app", "istio-ingressgateway")
            || isManaged(service)
            || Fronting.hasGateway(service, mesh));
  }

  /** Returns whether a gateway controller made the Service from a Gateway of the Gateway API. */
  static boolean isManaged(Resource service) {
    return service.label("gateway.networking.k8s.io/gateway-name").isPresent()
        || service.label("gateway.istio.io/managed").isPresent();
  }

  private static boolean says(Resource service, String key, String value) {
    return service.at("spec", "selector", key).is(value)
        || service.at("metadata", "labels", key).is(value);
  }
}
