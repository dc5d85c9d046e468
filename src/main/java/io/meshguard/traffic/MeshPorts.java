package io.meshguard.traffic;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The ports on which sidecars use the http routes of a VirtualService: those of its hosts that may
 * speak HTTP (istio pilot/pkg/networking/core/httproute.go {@code
 * BuildSidecarOutboundVirtualHosts} @1.30.3). For use within one check.
 */
final class MeshPorts {

  private static final MemoizedQuery<Boolean> OWN_LISTENERS =
      new MemoizedQuery<>(Set.of(Kind.SIDECAR), MeshPorts::haveOwnListeners);

  private final Resource virtualService;
  private final HostTable hosts;
  private final Mesh mesh;
  private Optional<Set<Integer>> ports = Optional.empty();
  private boolean read;

  MeshPorts(Resource virtualService, HostTable hosts, Mesh mesh) {
    this.virtualService = virtualService;
    this.hosts = hosts;
    this.mesh = mesh;
  }

  /**
   * Returns the ports; empty where they are not all known, where a Sidecar has listeners of its own
   * whose ports may be others, and where a waypoint may serve the hosts, which looks at no port.
   */
  Optional<Set<Integer>> ofCallers() {
    if (!read) {
      read = true;
      ports = mesh.derive(OWN_LISTENERS) ? Optional.empty() : ofHosts();
    }
    return ports;
  }

  private Optional<Set<Integer>> ofHosts() {
    Set<Integer> numbers = new HashSet<>();
    Set<String> namespaces = new HashSet<>(Set.of(virtualService.namespace()));
    Set<String> names = new HashSet<>();
    for (Cursor host : VirtualServices.hosts(virtualService)) {
      String name =
          HostName.resolve(host.text(""), virtualService.namespace(), mesh.facts().clusterDomain());
      if (!names.add(name)) {
        // One host again and again, each time with thousands of ports.
        continue;
      }
      if (!(hosts.find(name) instanceof HostTable.Host found) || found.ports().isEmpty()) {
        return Optional.empty();
      }
      if (found.objects().stream().anyMatch(Waypoints::isAsked)) {
        return Optional.empty();
      }
      namespaces.addAll(HostTable.namespaces(found));
      for (ServicePort port : found.ports().get().all()) {
        if (port.protocol() == Protocol.UNKNOWN) {
          return Optional.empty();
        }
        if (port.protocol().mayBeHttp()) {
          numbers.add(port.number());
        }
      }
    }
    boolean plain = namespaces.stream().allMatch(namespace -> Waypoints.areNot(namespace, mesh));
    return plain && !numbers.isEmpty() ? Optional.of(numbers) : Optional.empty();
  }

  private static boolean haveOwnListeners(Mesh mesh) {
    Listing sidecars = mesh.list(Kind.SIDECAR);
    return !sidecars.complete()
        || sidecars.items().stream()
            .flatMap(sidecar -> sidecar.at("spec", "egress").each().stream())
            .anyMatch(egress -> egress.at("port").isPresent() || egress.at("bind").isPresent());
  }
}
