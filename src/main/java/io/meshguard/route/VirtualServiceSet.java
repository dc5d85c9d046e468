package io.meshguard.route;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.traffic.GatewayNames;
import io.meshguard.traffic.RouteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The VirtualServices that a proxy reads, in the order in which istiod takes them: those kept in
 * the proxy's namespace, those exported to it by name, and those that all see; each group by age
 * (istio pilot/pkg/model/push_context.go {@code VirtualServicesForGateway} @1.30.3).
 */
final class VirtualServiceSet {

  private final Mesh mesh;
  private final Assumptions assumptions;
  private final Visibility.Reader visibility;
  private final Map<String, List<Resource>> byGateway = new HashMap<>();
  private final Map<String, Integer> groups = new HashMap<>();
  private final IdentityHashMap<Resource, List<String>> hosts = new IdentityHashMap<>();

  VirtualServiceSet(Mesh mesh, Assumptions assumptions) {
    this.mesh = mesh;
    this.assumptions = assumptions;
    this.visibility = new Visibility.Reader(mesh);
    for (Resource one : mesh.list(Kind.VIRTUAL_SERVICE).items()) {
      Deadline.check();
      if (!VirtualServices.isDelegate(one)) {
        for (String gateway : GatewayNames.of(one).ofAll()) {
          byGateway.computeIfAbsent(gateway, g -> new ArrayList<>()).add(one);
        }
      }
    }
  }

  /**
   * Returns those that are bound to a gateway and seen from a namespace, in no order.
   *
   * @param gateway {@code namespace/name}, or {@code mesh}
   */
  List<Resource> of(String gateway, String namespace) {
    return byGateway.getOrDefault(gateway, List.of()).stream()
        .filter(one -> group(one, namespace) >= 0)
        .toList();
  }

  /** Returns the full names of the hosts of one, in small letters, in order. */
  List<String> hosts(Resource virtualService) {
    return hosts.computeIfAbsent(virtualService, this::read);
  }

  private List<String> read(Resource virtualService) {
    return written(virtualService).stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
  }

  /** Returns the full names of the hosts of one with their letters, which count at gateways. */
  List<String> written(Resource virtualService) {
    List<String> hosts = new ArrayList<>();
    for (Cursor host : VirtualServices.hosts(virtualService)) {
      hosts.add(
          HostName.completed(
              host.text(""), virtualService.namespace(), mesh.facts().clusterDomain()));
    }
    return hosts;
  }

  /** Returns some of them in the order of istiod for the proxies of a namespace. */
  List<Resource> inOrder(List<Resource> some, String namespace) {
    List<Resource> sorted = new ArrayList<>();
    for (Resource one : some) {
      Deadline.check();
      int at = sorted.size();
      while (at > 0 && isBefore(one, sorted.get(at - 1), namespace)) {
        at--;
      }
      sorted.add(at, one);
    }
    return sorted;
  }

  private boolean isBefore(Resource one, Resource other, String namespace) {
    int mine = group(one, namespace);
    int theirs = group(other, namespace);
    if (mine != theirs) {
      return mine < theirs;
    }
    Ternary before = RouteOrder.isBefore(one, other, mesh);
    if (before != Ternary.UNKNOWN) {
      return before == Ternary.TRUE;
    }
    // One question for both ways of asking: what stands first in the order of names is named first.
    boolean named = one.ref().path().compareTo(other.ref().path()) < 0;
    Resource first = named ? one : other;
    Resource second = named ? other : one;
    boolean older = assumptions.holds(Subject.OLDER, first.ref().path(), second.ref().path());
    return named == older;
  }

  /** Returns the number of the group for a namespace; negative for what it does not see. */
  private int group(Resource one, String namespace) {
    return groups.computeIfAbsent(
        namespace + " " + one.ref().path(),
        key -> {
          Optional<Visibility.Group> group = visibility.of(one).group(namespace);
          if (group.isEmpty()) {
            assumptions.doubt(Subject.OTHER_SOURCES, one.ref().path());
          }
          return switch (group.orElse(Visibility.Group.PUBLIC)) {
            case OWN -> 0;
            case NAMED -> 1;
            case PUBLIC -> 2;
            case UNSEEN -> -1;
          };
        });
  }
}
