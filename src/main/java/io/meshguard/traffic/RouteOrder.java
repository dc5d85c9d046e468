package io.meshguard.traffic;

import io.meshguard.istio.Age;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Resource;

/**
 * In which order Istio takes VirtualServices that a proxy sees alike: by age, and in some versions
 * all that delegate behind all others (istio pilot/pkg/model/virtualservice.go {@code
 * mergeVirtualServicesIfNeeded} @1.20.0 and @1.30.3).
 */
public final class RouteOrder {

  private static final VersionRange LAST_OF_OLD = VersionRange.before("1.19.8");
  private static final VersionRange LAST_OF_20 = VersionRange.between("1.20", "1.20.4");

  private RouteOrder() {}

  /** Returns whether some version puts a VirtualService behind all others because it delegates. */
  public static boolean mayGoLast(Resource virtualService, Mesh mesh) {
    return !allByAge(mesh)
        && virtualService.at("spec", "http").each().stream()
            .anyMatch(route -> route.at("delegate").isPresent());
  }

  /** Returns whether one comes before another. */
  public static Ternary isBefore(Resource one, Resource other, Mesh mesh) {
    Ternary byAge = Age.isOlder(one, other);
    boolean last = mayGoLast(one, mesh);
    if (last == mayGoLast(other, mesh)) {
      return byAge;
    }
    Ternary byDelegates = Ternary.of(!last);
    return allByDelegates(mesh) || byAge == byDelegates ? byDelegates : Ternary.UNKNOWN;
  }

  private static boolean allByAge(Mesh mesh) {
    Versions istio = mesh.facts().istio();
    return istio.in(LAST_OF_OLD) == Applicability.NOWHERE
        && istio.in(LAST_OF_20) == Applicability.NOWHERE;
  }

  private static boolean allByDelegates(Mesh mesh) {
    Versions istio = mesh.facts().istio();
    return istio.complete()
        && !istio.known().isEmpty()
        && istio.known().stream().allMatch(v -> LAST_OF_OLD.contains(v) || LAST_OF_20.contains(v));
  }
}
