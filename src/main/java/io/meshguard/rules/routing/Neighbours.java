package io.meshguard.rules.routing;

import io.meshguard.istio.Age;
import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.GatewayNames;
import io.meshguard.traffic.RouteOrder;
import io.meshguard.traffic.ServedNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The VirtualServices whose routes a gateway puts before those of another one: same hosts, bound to
 * its gateways, and older (istio pilot/pkg/networking/core/gateway.go and
 * pilot/pkg/model/push_context.go @1.30.3). Sidecars take one VirtualService for a host, so only
 * what is bound to gateways alone has neighbours.
 */
final class Neighbours {

  /** Kinds that are looked up. */
  static final Set<Kind> READS =
      Stream.of(Set.of(Kind.VIRTUAL_SERVICE), Gateways.READS, Visibility.READS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** So many share a host by accident only where somebody tests us. */
  private static final int MOST = 200;

  /** Where nobody knows which is older, as in files, each is looked at by itself, which is dear. */
  private static final int MOST_UNORDERED = 50;

  private static final int MOST_COMPARED = 2_000;

  /** Labels of a host that wildcards of others may begin at. */
  private static final int MOST_KEYS = 20;

  private final Resource subject;
  private final Mesh mesh;
  private final Set<String> gateways;
  private final ServedNames names;
  private boolean cutShort;

  Neighbours(Resource subject, Mesh mesh) {
    this.subject = subject;
    this.mesh = mesh;
    this.names = new ServedNames(subject, mesh);
    this.gateways =
        VirtualServices.boundToMesh(subject) ? Set.of() : GatewayNames.of(subject).ofAll();
  }

  /**
   * A VirtualService that shares hosts and gateways with another one.
   *
   * @param ordered whether it is known to be the older one; else that is not known
   */
  record Neighbour(Resource virtualService, boolean ordered) {}

  /** Returns those that are older, or may be, the ones that are known to be older first. */
  List<Neighbour> older() {
    List<Neighbour> known = new ArrayList<>();
    List<Neighbour> perhaps = new ArrayList<>();
    // Where a gateway takes none of the hosts, its routes are nobody's neighbours.
    if (gateways.isEmpty()
        || gateways.stream().anyMatch(names::none)
        || !Visibility.of(subject, mesh).reachesAll()) {
      return known;
    }
    WorkBudget budget = new WorkBudget(MOST_COMPARED);
    Set<Resource> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Iterator<Resource> others =
        keys().stream()
            .flatMap(host -> VirtualServices.othersForGatewayHost(subject, host, mesh))
            .filter(seen::add)
            .iterator();
    while (others.hasNext() && !cutShort) {
      Resource other = others.next();
      cutShort = !budget.take(1);
      Optional<Boolean> before = isBefore(other);
      if (before.orElse(true) && meets(other)) {
        boolean ordered = before.isPresent();
        (ordered ? known : perhaps).add(new Neighbour(other, ordered));
        boolean enough = known.size() >= MOST || perhaps.size() >= MOST_UNORDERED;
        cutShort |= enough && others.hasNext();
      }
    }
    cutShort |= names.isCutShort();
    known.addAll(perhaps);
    return known;
  }

  /** Returns whether there may be more than were found. */
  boolean isCutShort() {
    return cutShort;
  }

  /** Returns the hosts of which another VirtualService must have one to be served beside. */
  private Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    VirtualServices.hosts(subject).stream()
        .map(host -> host.text(""))
        .filter(host -> !host.isEmpty())
        .findFirst()
        .ifPresent(keys::add);
    gateways.stream()
        .flatMap(gateway -> names.any(gateway).stream())
        .findFirst()
        .ifPresent(name -> addWildcards(name, keys));
    return keys;
  }

  private static void addWildcards(String name, Set<String> keys) {
    keys.add(name);
    String rest = HostName.isWildcard(name) ? name.substring(1) : name;
    for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.', dot + 1)) {
      if (keys.size() == MOST_KEYS) {
        return;
      }
      keys.add("*" + rest.substring(dot));
    }
    keys.add("*");
  }

  /** Its routes stand beside the subject's wherever the subject's do. */
  private boolean meets(Resource other) {
    Set<String> reached = GatewayNames.of(other).ofAll();
    return reached.containsAll(gateways)
        && !other.beingDeleted()
        && Visibility.of(other, mesh).reachesAll()
        && gateways.stream().allMatch(gateway -> names.join(gateway, other));
  }

  private Optional<Boolean> isBefore(Resource other) {
    return RouteOrder.mayGoLast(other, mesh) && !RouteOrder.mayGoLast(subject, mesh)
        ? Optional.of(false)
        : Age.isOlder(other, subject);
  }
}
