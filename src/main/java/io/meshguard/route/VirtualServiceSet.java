package io.meshguard.route;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.traffic.RouteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The VirtualServices that a proxy reads, in the order in which istiod takes them: those kept in
 * the proxy's namespace, those exported to it by name, and those that all see; each group by age
 * (istio pilot/pkg/model/push_context.go {@code VirtualServicesForGateway} @1.30.3).
 */
final class VirtualServiceSet {

  private final Mesh mesh;
  private final VirtualServiceCatalog catalog;
  private final Assumptions assumptions;
  private final Map<String, IdentityHashMap<Resource, Integer>> groups = new HashMap<>();

  VirtualServiceSet(Mesh mesh, VirtualServiceCatalog catalog, Assumptions assumptions) {
    this.mesh = mesh;
    this.catalog = catalog;
    this.assumptions = assumptions;
    catalog.misshapen().forEach(path -> assumptions.doubt(Subject.UNREADABLE, path));
  }

  /**
   * Returns those that are bound to a gateway and seen from a namespace, in no order.
   *
   * @param gateway {@code namespace/name}, or {@code mesh}
   */
  List<Resource> of(String gateway, String namespace) {
    return catalog.of(gateway).stream().filter(one -> group(one, namespace) >= 0).toList();
  }

  /** Returns the full names of the hosts of one, in small letters, in order. */
  List<String> hosts(Resource virtualService) {
    return catalog.hosts(virtualService);
  }

  /** Returns the full names of the hosts of one with their letters, which count at gateways. */
  List<String> written(Resource virtualService) {
    return catalog.written(virtualService);
  }

  /** Returns where the routes of one lead to that proxies of a namespace may have. */
  List<DestinationPort> destinations(Resource virtualService, String namespace) {
    return catalog.destinations(virtualService, namespace);
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
    return groups
        .computeIfAbsent(namespace, n -> new IdentityHashMap<>())
        .computeIfAbsent(one, o -> read(o, namespace));
  }

  private int read(Resource one, String namespace) {
    Optional<Visibility.Group> group = catalog.visibility(one).group(namespace);
    if (group.isEmpty()) {
      assumptions.doubt(Subject.OTHER_SOURCES, one.ref().path());
    }
    return switch (group.orElse(Visibility.Group.PUBLIC)) {
      case OWN -> 0;
      case NAMED -> 1;
      case PUBLIC -> 2;
      case UNSEEN -> -1;
    };
  }
}
