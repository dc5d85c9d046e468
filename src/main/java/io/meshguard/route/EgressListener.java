package io.meshguard.route;

import io.meshguard.istio.Protocol;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Map;

/**
 * What a sidecar may call, of one entry of {@code egress} of its Sidecar or of none (istio
 * pilot/pkg/model/sidecar.go {@code IstioEgressListenerWrapper} @1.30.3).
 *
 * @param at the entry; missing where no Sidecar says anything
 * @param port its port; 0 for all that services have
 * @param protocol what its port speaks
 * @param bind the address that it is bound to; empty where that of services or all addresses serve
 * @param services the services that it takes in, in order
 * @param virtualServices the VirtualServices that it takes in, in the order of their groups
 * @param wildcardOwners by host of a service the VirtualService that owns it, among those whose
 *     host is a wildcard
 */
record EgressListener(
    Cursor at,
    int port,
    Protocol protocol,
    String bind,
    List<MeshService> services,
    List<Resource> virtualServices,
    Map<String, Resource> wildcardOwners) {

  EgressListener {
    services = List.copyOf(services);
    virtualServices = List.copyOf(virtualServices);
    wildcardOwners = Map.copyOf(wildcardOwners);
  }

  /** Returns whether it is the one for all ports that no other has. */
  boolean isCatchAll() {
    return port == 0;
  }
}
