package io.meshguard.istio;

import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Failover between localities that is configured for the whole mesh. */
public final class LocalityFailover {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = reads();

  private static final VersionRange READS_NAMESPACE = VersionRange.from("1.30");

  private static final String ANNOTATION = "networking.istio.io/traffic-distribution";

  private LocalityFailover() {}

  /** Returns whether a locality setting names a failover of its own. */
  public static boolean isNamed(Cursor localityLbSetting) {
    return localityLbSetting.at("failover").isNonEmpty()
        || localityLbSetting.at("failoverPriority").isNonEmpty();
  }

  /** Returns where the mesh configuration names a failover: for how many control planes. */
  public static Applicability inMeshConfig(Mesh mesh) {
    List<MeshConfig> configs = MeshConfig.all(mesh);
    long named = configs.stream().filter(LocalityFailover::names).count();
    if (named == 0) {
      return Applicability.NOWHERE;
    }
    return named == configs.size() ? Applicability.EVERYWHERE : Applicability.SOMEWHERE;
  }

  /** Returns whether a locality setting distributes, so that no failover beside it counts. */
  public static boolean distributes(Cursor localityLbSetting) {
    return localityLbSetting.at("distribute").isNonEmpty();
  }

  /**
   * Returns whether a Service or its namespace may set a traffic distribution, which comes before
   * the mesh configuration. Namespaces are read since Istio 1.30.
   */
  public static boolean mayBeOverridden(Resource service, Mesh mesh) {
    if (service.at("spec", "trafficDistribution").isPresent()
        || service.annotation(ANNOTATION).isPresent()) {
      return true;
    }
    Lookup namespace = mesh.find(Kind.NAMESPACE, "", service.namespace());
    return namespace
            .found()
            .map(found -> found.annotation(ANNOTATION).isPresent())
            .orElse(!namespace.isAbsent())
        && mesh.facts().istio().in(READS_NAMESPACE) != Applicability.NOWHERE;
  }

  private static boolean names(MeshConfig config) {
    Cursor setting = config.config().at("localityLbSetting");
    boolean off = setting.at("enabled").bool().filter(on -> !on).isPresent();
    return isNamed(setting) && !distributes(setting) && !off;
  }

  private static Set<Kind> reads() {
    Set<Kind> kinds = new HashSet<>(MeshConfig.READS);
    kinds.add(Kind.NAMESPACE);
    return Set.copyOf(kinds);
  }
}
