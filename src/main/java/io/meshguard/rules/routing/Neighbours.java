package io.meshguard.rules.routing;

import io.meshguard.istio.Age;
import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.istio.Visibility.Group;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.GatewayNames;
import io.meshguard.traffic.GatewayPods;
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
import org.jspecify.annotations.Nullable;

/**
 * The VirtualServices whose routes a gateway puts before those of another one: same hosts, bound to
 * its gateways, and kept closer to the gateway by {@code exportTo}, or of the same group and older
 * (istio pilot/pkg/networking/core/gateway.go and pilot/pkg/model/push_context.go {@code
 * VirtualServicesForGateway} @1.30.3). Sidecars take one VirtualService for a host, so only what is
 * bound to gateways alone has neighbours.
 */
final class Neighbours {

  /** Kinds that are looked up. */
  static final Set<Kind> READS =
      Stream.of(Set.of(Kind.VIRTUAL_SERVICE), Gateways.READS, GatewayPods.READS, Visibility.READS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** So many share a host by accident only where somebody tests us. */
  private static final int MOST = 200;

  /** Where nobody knows which is older, as in files, each is looked at by itself, which is dear. */
  private static final int MOST_UNORDERED = 50;

  private static final int MOST_COMPARED = 2_000;

  /** Labels of a host that wildcards of others may begin at. */
  private static final int MOST_KEYS = 20;

  /** Up to then what is exported by name is public. */
  private static final VersionRange WITHOUT_NAMES = VersionRange.before("1.8");

  private final Resource subject;
  private final Mesh mesh;
  private final Set<String> gateways;
  private final ServedNames names;
  private final Visibility.Reader reader;
  private final Visibility own;
  private final GatewayPods pods;
  private @Nullable Set<String> places;
  private boolean cutShort;

  Neighbours(Resource subject, Mesh mesh) {
    this.subject = subject;
    this.mesh = mesh;
    this.names = new ServedNames(subject, mesh);
    this.reader = new Visibility.Reader(mesh);
    this.own = reader.of(subject);
    this.pods = new GatewayPods(mesh);
    this.gateways =
        VirtualServices.boundToMesh(subject) ? Set.of() : GatewayNames.of(subject).ofAll();
  }

  /**
   * A VirtualService that shares hosts and gateways with another one.
   *
   * @param order how it is known that it comes before the other one
   */
  record Neighbour(Resource virtualService, Order order) {

    /** Returns whether it surely comes before the other one. */
    boolean ordered() {
      return order != Order.UNKNOWN;
    }
  }

  /** Why one VirtualService comes before another at a gateway. */
  enum Order {
    /** It is older. */
    OLDER,
    /** At some of the gateway's Pods its {@code exportTo} puts it first, whatever its age. */
    EXPORTED_CLOSER,
    /** It comes first if it is older, which is not known. */
    UNKNOWN
  }

  /** Returns those that come first, or may, the ones of which that is known before the others. */
  List<Neighbour> before() {
    List<Neighbour> known = new ArrayList<>();
    List<Neighbour> perhaps = new ArrayList<>();
    // Where a gateway takes none of the hosts, its routes are nobody's neighbours.
    if (gateways.isEmpty() || gateways.stream().anyMatch(names::none) || own.reachesNone()) {
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
      Optional<Order> order = meets(other) ? order(other) : Optional.empty();
      if (order.isPresent()) {
        Neighbour neighbour = new Neighbour(other, order.get());
        (neighbour.ordered() ? known : perhaps).add(neighbour);
        boolean enough = known.size() >= MOST || perhaps.size() >= MOST_UNORDERED;
        cutShort |= enough && others.hasNext();
      }
    }
    cutShort |= names.isCutShort() || pods.isCutShort();
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
        && gateways.stream().allMatch(gateway -> names.join(gateway, other));
  }

  /** Returns how it comes first wherever the subject is served; empty if it does not, surely. */
  private Optional<Order> order(Resource other) {
    Visibility theirs = reader.of(other);
    if (own.reachesAll() && theirs.reachesAll()) {
      return byAge(other);
    }
    if (!hasGroups(subject, own) || !hasGroups(other, theirs)) {
      return Optional.empty();
    }
    boolean met = false;
    Order order = Order.OLDER;
    for (String place : places()) {
      Optional<Group> mine = own.group(place);
      if (mine.filter(Group.UNSEEN::equals).isPresent()) {
        continue;
      }
      Optional<Order> here = mine.flatMap(group -> order(other, theirs, group, place));
      if (here.isEmpty()) {
        return Optional.empty();
      }
      met = true;
      order = order.compareTo(here.get()) < 0 ? here.get() : order;
    }
    return met ? Optional.of(order) : Optional.empty();
  }

  private Optional<Order> order(Resource other, Visibility theirs, Group mine, String place) {
    Optional<Group> group = theirs.group(place);
    if (group.filter(found -> found.compareTo(mine) <= 0).isEmpty()) {
      return Optional.empty();
    }
    return group.get() == mine ? byAge(other) : Optional.of(Order.EXPORTED_CLOSER);
  }

  /** Old versions know only what an object keeps by a dot, and what is public. */
  private boolean hasGroups(Resource virtualService, Visibility visibility) {
    List<Cursor> exportTo = virtualService.at("spec", "exportTo").each();
    return visibility.reachesAll()
        || (exportTo.size() == 1 && exportTo.get(0).is("."))
        || mesh.facts().istio().in(WITHOUT_NAMES) == Applicability.NOWHERE;
  }

  /** Returns the namespaces in which the gateways' Pods run; none where not all are known. */
  private Set<String> places() {
    if (places == null) {
      Set<String> found = new LinkedHashSet<>();
      boolean known = true;
      for (String gateway : gateways) {
        Optional<Set<String>> some = names.gateway(gateway).flatMap(pods::namespaces);
        some.ifPresent(found::addAll);
        known &= some.filter(namespaces -> !namespaces.isEmpty()).isPresent();
      }
      places = known ? found : Set.of();
    }
    return places;
  }

  private Optional<Order> byAge(Resource other) {
    return switch (isOlder(other)) {
      case TRUE -> Optional.of(Order.OLDER);
      case FALSE -> Optional.empty();
      case UNKNOWN -> Optional.of(Order.UNKNOWN);
    };
  }

  private Ternary isOlder(Resource other) {
    return RouteOrder.mayGoLast(other, mesh) && !RouteOrder.mayGoLast(subject, mesh)
        ? Ternary.FALSE
        : Age.isOlder(other, subject);
  }
}
