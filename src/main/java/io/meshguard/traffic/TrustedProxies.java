package io.meshguard.traffic;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.Revisions;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether gateways believe what a proxy before them says of a request, such as that it came by
 * https. Envoy overwrites that unless it trusts a number of hops, which Istio takes from {@code
 * gatewayTopology} (istio pilot/pkg/networking/core/gateway.go {@code
 * buildGatewayConnectionManager} @1.30.3).
 */
public final class TrustedProxies {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS =
      Stream.of(MeshConfig.READS, Revisions.READS, Workload.KINDS, Set.of(Kind.ENVOY_FILTER))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final MemoizedQuery<Boolean> NONE =
      new MemoizedQuery<>(READS, TrustedProxies::readNone);

  /** Fields of a connection manager that decide it, in both spellings without their separators. */
  private static final List<String> FIELDS =
      List.of("xffnumtrustedhops", "useremoteaddress", "schemeheader", "originalipdetection");

  private static final String YES = "yes";

  private static final Index DECIDING =
      new Index(
          "envoy-filters-that-trust-proxies",
          Kind.ENVOY_FILTER,
          filter -> decides(filter) ? Set.of(YES) : Set.of());

  /** Workloads change all the time, and a look at each of them then takes long. */
  private static final List<Index> WITH_TOPOLOGY =
      Workload.KINDS.stream()
          .map(
              kind ->
                  new Index(
                      "topology-of-" + kind.plural(),
                      kind,
                      object -> hasTopology(object) ? Set.of(YES) : Set.of()))
          .toList();

  private TrustedProxies() {}

  /**
   * Returns whether it is known that no gateway trusts a proxy before it: the mesh configuration
   * and all workloads are seen, or there is nothing of a control plane in a whole view, and nothing
   * sets it anywhere.
   */
  public static boolean none(Mesh mesh) {
    return mesh.derive(NONE);
  }

  private static boolean readNone(Mesh mesh) {
    List<MeshConfig> configs = MeshConfig.all(mesh);
    return (!configs.isEmpty() || isWithoutIstiod(mesh))
        && configs.stream().allMatch(config -> config.config().isObject())
        && configs.stream().noneMatch(config -> topology(config.config()))
        && mesh.list(DECIDING, YES).items().isEmpty()
        && WITH_TOPOLOGY.stream()
            .map(index -> mesh.list(index, YES))
            .allMatch(TrustedProxies::isNone);
  }

  /**
   * Whether the view is said to be whole and has nothing of a control plane, as the files of an
   * application have it: its settings are then the built-in ones. In a cluster at least the
   * webhooks are seen, also where the control plane is hosted elsewhere.
   */
  private static boolean isWithoutIstiod(Mesh mesh) {
    return mesh.facts().rootNamespaces().stream()
            .allMatch(root -> mesh.list(Kind.CONFIG_MAP, root).complete())
        && mesh.list(Kind.MUTATING_WEBHOOK_CONFIGURATION).complete()
        && Revisions.of(mesh).injectors().isEmpty()
        && new IstiodSettings(mesh).revisions().isEmpty();
  }

  private static boolean topology(Cursor config) {
    return Stream.of("defaultConfig", "default_config")
        .map(config::at)
        .anyMatch(proxy -> ProxyConfigText.field(proxy, "gatewayTopology").isPresent());
  }

  private static boolean decides(EnvoyPatch patch) {
    String text = patch.value().node().toString().replace("_", "").toLowerCase(Locale.ROOT);
    return FIELDS.stream().anyMatch(text::contains);
  }

  private static boolean isNone(Listing workloads) {
    return workloads.complete() && workloads.items().isEmpty();
  }

  private static boolean decides(Resource filter) {
    return EnvoyPatch.of(filter).stream().anyMatch(TrustedProxies::decides);
  }

  private static boolean hasTopology(Resource object) {
    return Workload.of(object)
        .flatMap(one -> one.template().annotation(ProxyConfigText.ANNOTATION).text())
        .filter(text -> text.contains("Topology") || text.contains("topology"))
        .isPresent();
  }
}
