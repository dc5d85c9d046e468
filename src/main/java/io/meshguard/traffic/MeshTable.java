package io.meshguard.traffic;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Registry;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which VirtualService the sidecars take for a host: they join none, and of those that have http
 * routes for a sidecar and a port the first counts (istio pilot/pkg/networking/core/httproute.go
 * {@code BuildSidecarOutboundVirtualHosts} and route/route.go @1.30.3). For use within one check.
 */
public final class MeshTable {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS =
      Stream.of(
              Registry.READS,
              Visibility.READS,
              Set.of(Kind.VIRTUAL_SERVICE, Kind.NAMESPACE, Kind.SIDECAR, Kind.HTTP_ROUTE))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Others for the same hosts that are compared; nobody means to have so many. */
  private static final int MOST_COMPARED = 300;

  /** Where so many may come first, it does not matter which of them does. */
  private static final int MOST_RIVALS = 20;

  private static final int MOST_DELIVERIES = 200_000;

  /** Before, a host with capital letters was not that of the Service. */
  private static final VersionRange CAPITALS = VersionRange.from("1.27");

  /** Since these a service has one wildcard VirtualService, for whomever that has routes. */
  private static final List<VersionRange> OWNED_BY_WILDCARD =
      List.of(VersionRange.between("1.19.6", "1.20"), VersionRange.from("1.20.2"));

  private static final String REVISION = "istio.io/rev";

  private static final Index ROUTES_BY_SERVICE =
      new Index("http-routes-by-service", Kind.HTTP_ROUTE, MeshTable::services);

  private static final MemoizedQuery<Boolean> NARROW =
      new MemoizedQuery<>(Set.of(Kind.SIDECAR), MeshTable::isNarrow);

  private final Resource subject;
  private final Mesh mesh;
  private final Visibility.Reader visibility;
  private final Visibility own;
  private final List<Delivery> deliveries;
  private final boolean served;
  private final Map<String, Optional<Rival>> known = new HashMap<>();
  private final WorkBudget compared = new WorkBudget(MOST_COMPARED);
  private final WorkBudget met = new WorkBudget(MOST_DELIVERIES);
  private final IdentityHashMap<Resource, Boolean> meeting = new IdentityHashMap<>();

  /** Makes the table of the hosts of a VirtualService. */
  public MeshTable(Resource virtualService, Mesh mesh) {
    this.subject = virtualService;
    this.mesh = mesh;
    this.visibility = new Visibility.Reader(mesh);
    this.own = visibility.of(virtualService);
    boolean bound = VirtualServices.boundToMesh(virtualService);
    this.deliveries = bound ? Delivery.of(virtualService) : List.of();
    this.served = !deliveries.isEmpty() && !own.reachesNone();
  }

  /**
   * Another VirtualService for the same host, of which some sidecars take only one.
   *
   * @param virtualService the other one
   * @param comesFirst whether it is known to be the one that they take; else that is not known
   * @param holds in which versions they take only one
   */
  public record Rival(Resource virtualService, boolean comesFirst, Applicability holds) {}

  /**
   * Returns another VirtualService that sidecars take for a host instead of this one, or may; empty
   * where there is none, and where this one comes first.
   *
   * @param host one of its hosts
   */
  public Optional<Rival> rival(Cursor host) {
    return served ? known.computeIfAbsent(host.text(""), this::rival) : Optional.empty();
  }

  private Optional<Rival> rival(String written) {
    String name = HostName.resolve(written, subject.namespace(), mesh.facts().clusterDomain());
    if (isServedOtherwise(name)) {
      return Optional.empty();
    }
    boolean capitals = hasCapitals(written);
    List<Rival> rivals = new ArrayList<>();
    // Not by an iterator, which would first collect all of thousands.
    Optional<Rival> first =
        VirtualServices.othersForMeshHost(subject, name, mesh)
            .takeWhile(other -> rivals.size() < MOST_RIVALS && compared.take(1))
            .flatMap(other -> rival(other, name, capitals).stream())
            .peek(rivals::add)
            .filter(Rival::comesFirst)
            .findFirst();
    return first.or(() -> rivals.stream().findFirst());
  }

  /** Returns whether something was left out because it would have been too much work. */
  public boolean isCutShort() {
    return compared.isOver() || met.isOver();
  }

  private Optional<Rival> rival(Resource other, String name, boolean capitals) {
    Ternary first = mayMeet(other) ? RouteOrder.isBefore(other, subject, mesh) : Ternary.FALSE;
    if (first == Ternary.FALSE) {
      return Optional.empty();
    }
    Applicability holds = Applicability.EVERYWHERE;
    if (!meets(other)) {
      boolean owned =
          HostName.isWildcard(name) && new Registry(mesh).contains(name) == Ternary.TRUE;
      holds = owned ? in(OWNED_BY_WILDCARD) : Applicability.NOWHERE;
    }
    if (capitals || spellsInCapitals(other, name)) {
      holds = holds.and(mesh.facts().istio().in(CAPITALS));
    }
    return holds == Applicability.NOWHERE || holds == Applicability.UNKNOWN
        ? Optional.empty()
        : Optional.of(new Rival(other, first == Ternary.TRUE, holds));
  }

  /** Returns where one of several ranges of versions that do not touch holds. */
  private Applicability in(List<VersionRange> ranges) {
    Versions istio = mesh.facts().istio();
    if (istio.known().isEmpty()) {
      return Applicability.UNKNOWN;
    }
    long hits =
        istio.known().stream()
            .filter(version -> ranges.stream().anyMatch(range -> range.contains(version)))
            .count();
    if (hits == 0) {
      return istio.complete() ? Applicability.NOWHERE : Applicability.UNKNOWN;
    }
    return hits == istio.known().size() && istio.complete()
        ? Applicability.EVERYWHERE
        : Applicability.SOMEWHERE;
  }

  /** Whether a sidecar may see both, neither of them by a narrower export. */
  private boolean mayMeet(Resource other) {
    boolean apart = !subject.namespace().equals(other.namespace()) && mesh.derive(NARROW);
    return !apart
        && !VirtualServices.isDelegate(other)
        && !other.beingDeleted()
        && !isOfOtherRevision(other)
        && own.competes(visibility.of(other)) == Ternary.TRUE;
  }

  private boolean isOfOtherRevision(Resource other) {
    Optional<String> mine = subject.label(REVISION);
    Optional<String> theirs = other.label(REVISION);
    return mine.isPresent() && theirs.isPresent() && !mine.equals(theirs);
  }

  private boolean meets(Resource other) {
    Boolean known = meeting.get(other);
    if (known == null) {
      known = read(other);
      meeting.put(other, known);
    }
    return known;
  }

  private boolean read(Resource other) {
    List<Delivery> theirs = Delivery.of(other);
    Visibility seen = visibility.of(other);
    for (Delivery mine : deliveries) {
      for (Delivery their : theirs) {
        if (!met.take(1)) {
          return false;
        }
        if (mine.meets(their) && see(mine, their, seen)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Where a route is for one namespace, that must see both. */
  private boolean see(Delivery mine, Delivery their, Visibility seen) {
    String namespace = mine.namespace().isEmpty() ? their.namespace() : mine.namespace();
    return namespace.isEmpty()
        || (own.reaches(namespace) == Ternary.TRUE && seen.reaches(namespace) == Ternary.TRUE);
  }

  /** A waypoint joins VirtualServices, and HTTPRoutes of a Service count with them. */
  private boolean isServedOtherwise(String name) {
    Set<String> namespaces = new HashSet<>(Set.of(subject.namespace()));
    Optional<Resource> service =
        HostName.isWildcard(name) ? Optional.empty() : new Registry(mesh).service(name).found();
    service.ifPresent(found -> namespaces.add(found.namespace()));
    return service.filter(Waypoints::isAsked).isPresent()
        || service
            .filter(found -> !mesh.list(ROUTES_BY_SERVICE, key(found)).items().isEmpty())
            .isPresent()
        || namespaces.stream().anyMatch(namespace -> Waypoints.areSeen(namespace, mesh));
  }

  private static String key(Resource service) {
    return service.namespace() + "/" + service.name();
  }

  private static Set<String> services(Resource route) {
    Set<String> services = new HashSet<>();
    for (Cursor parent : route.at("spec", "parentRefs").each()) {
      if (parent.at("kind").is("Service")) {
        String namespace = parent.at("namespace").text(route.namespace());
        services.add(namespace + "/" + parent.at("name").text(""));
      }
    }
    return services;
  }

  /** A Sidecar that does not take in all namespaces can keep two VirtualServices apart. */
  private static boolean isNarrow(Mesh mesh) {
    return mesh.facts().rootNamespaces().stream()
        .flatMap(root -> mesh.list(Kind.SIDECAR, root).items().stream())
        .flatMap(sidecar -> sidecar.at("spec", "egress").each().stream())
        .flatMap(egress -> egress.at("hosts").each().stream())
        .anyMatch(host -> !host.text("").startsWith("*/"));
  }

  private boolean spellsInCapitals(Resource other, String name) {
    String domain = mesh.facts().clusterDomain();
    return VirtualServices.hosts(other).stream()
        .map(host -> host.text(""))
        .filter(host -> HostName.resolve(host, other.namespace(), domain).equals(name))
        .allMatch(MeshTable::hasCapitals);
  }

  private static boolean hasCapitals(String host) {
    return !host.equals(host.toLowerCase(Locale.ROOT));
  }
}
