package io.meshguard.route;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.GatewayNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the VirtualServices of a mesh say to every proxy alike, each read once for all of them.
 * Nothing here rests on an assumption: what does is asked for each proxy anew, or a walk would not
 * learn what it depends on. For use within one walk.
 */
final class VirtualServiceCatalog {

  private final Mesh mesh;
  private final Visibility.Reader visibility;
  private final Map<String, List<Resource>> byGateway = new HashMap<>();
  private final List<String> misshapen = new ArrayList<>();
  private final IdentityHashMap<Resource, Visibility> visibilities = new IdentityHashMap<>();
  private final IdentityHashMap<Resource, List<String>> written = new IdentityHashMap<>();
  private final IdentityHashMap<Resource, List<String>> hosts = new IdentityHashMap<>();
  private final IdentityHashMap<Resource, List<DestinationPort.OfRoute>> destinations =
      new IdentityHashMap<>();

  VirtualServiceCatalog(Mesh mesh) {
    this.mesh = mesh;
    this.visibility = new Visibility.Reader(mesh);
    for (Resource one : mesh.list(Kind.VIRTUAL_SERVICE).items()) {
      Deadline.check();
      if (!Shapes.isVirtualService(one)) {
        misshapen.add(one.ref().path());
      }
      if (!VirtualServices.isDelegate(one)) {
        for (String gateway : GatewayNames.of(one).ofAll()) {
          byGateway.computeIfAbsent(gateway, g -> new ArrayList<>()).add(one);
        }
      }
    }
  }

  /** Returns those that do not have the shape of a VirtualService. */
  List<String> misshapen() {
    return misshapen;
  }

  /** Returns those that are bound to a gateway, in no order. */
  List<Resource> of(String gateway) {
    return byGateway.getOrDefault(gateway, List.of());
  }

  /** Returns where one can be seen. */
  Visibility visibility(Resource virtualService) {
    return visibilities.computeIfAbsent(virtualService, visibility::of);
  }

  /** Returns the full names of the hosts of one, in small letters, in order. */
  List<String> hosts(Resource virtualService) {
    return hosts.computeIfAbsent(
        virtualService,
        one -> written(one).stream().map(host -> host.toLowerCase(Locale.ROOT)).toList());
  }

  /** Returns the full names of the hosts of one with their letters, which count at gateways. */
  List<String> written(Resource virtualService) {
    return written.computeIfAbsent(virtualService, this::read);
  }

  private List<String> read(Resource virtualService) {
    List<String> read = new ArrayList<>();
    for (Cursor host : VirtualServices.hosts(virtualService)) {
      read.add(
          HostName.completed(
              host.text(""), virtualService.namespace(), mesh.facts().clusterDomain()));
    }
    return List.copyOf(read);
  }

  /** Returns where the routes of one lead to that proxies of a namespace may have. */
  List<DestinationPort> destinations(Resource virtualService, String namespace) {
    List<DestinationPort> all = new ArrayList<>();
    for (DestinationPort.OfRoute route :
        destinations.computeIfAbsent(virtualService, one -> DestinationPort.of(one, mesh))) {
      if (route.isFor(namespace)) {
        all.addAll(route.ports());
      }
    }
    return all;
  }
}
