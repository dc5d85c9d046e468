package io.meshguard.traffic;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.Registry;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hosts for which sidecars choose no endpoint: they pass a connection on to the address that the
 * client called (istio pilot/pkg/networking/core/cluster.go {@code convertResolution} @1.30.3).
 * Gateways choose one all the same. For use within one check.
 */
public final class PassedHosts {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS =
      Stream.of(
              Registry.READS,
              Set.of(Kind.NAMESPACE, Kind.DEPLOYMENT, Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Setting of istiod under which sidecars do choose an endpoint of a headless Service. */
  private static final String BALANCED = "PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES";

  private static final String YES = "yes";

  /** Services come and go all the time, and a look at each of them then takes long. */
  private static final Index HEADLESS =
      new Index(
          "headless-services",
          Kind.SERVICE,
          service -> Registry.isHeadless(service) ? Set.of(YES) : Set.of());

  private static final Index UNRESOLVED =
      new Index(
          "service-entries-that-resolve-nothing",
          Kind.SERVICE_ENTRY,
          entry -> resolves(entry.at("spec", "resolution")) ? Set.of() : Set.of(YES));

  private static final MemoizedQuery<Boolean> ANY =
      new MemoizedQuery<>(Registry.READS, PassedHosts::areAny);

  private final Mesh mesh;
  private final Registry registry;
  private final boolean balanced;
  private final Map<String, Boolean> known = new HashMap<>();

  /** Makes a view of a mesh. */
  public PassedHosts(Mesh mesh) {
    this.mesh = mesh;
    this.registry = new Registry(mesh);
    this.balanced = new IstiodSettings(mesh).isOn(BALANCED);
  }

  /** Returns whether some host of the mesh is one of these, so that it pays to ask for each. */
  public static boolean exist(Mesh mesh) {
    return mesh.derive(ANY);
  }

  private static boolean areAny(Mesh mesh) {
    return !mesh.list(HEADLESS, YES).items().isEmpty()
        || !mesh.list(UNRESOLVED, YES).items().isEmpty();
  }

  /** Returns whether sidecars surely pass connections to a host on, and no waypoint takes them. */
  public boolean contains(String host) {
    return known.computeIfAbsent(host, this::read);
  }

  private boolean read(String host) {
    Optional<Resource> service = registry.service(host).found();
    boolean mayBeBalanced = balanced && service.isPresent();
    Stream<Resource> objects =
        Stream.concat(service.stream(), registry.entries(host).items().stream());
    return !mayBeBalanced
        && isPassed(host, registry)
        && objects.noneMatch(
            object -> Waypoints.isAsked(object) || Waypoints.areSeen(object.namespace(), mesh));
  }

  /** Returns whether a host is a headless Service, or entries that resolve nothing. */
  public static boolean isPassed(String host, Registry registry) {
    Optional<Resource> service = registry.service(host).found();
    Listing entries = registry.entries(host);
    boolean resolved =
        entries.items().stream()
            .map(entry -> entry.at("spec", "resolution"))
            .anyMatch(PassedHosts::resolves);
    return service
        .map(one -> Registry.isHeadless(one) && entries.items().isEmpty())
        .orElse(!entries.items().isEmpty() && !resolved);
  }

  private static boolean resolves(Cursor resolution) {
    return resolution.isPresent() && !resolution.is("NONE");
  }
}
