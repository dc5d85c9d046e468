package io.meshguard.traffic;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether there may be clusters that no Service and no ServiceEntry of the mesh stands for. */
final class UnseenClusters {

  /** Kinds that are looked up. */
  static final Set<Kind> READS =
      Stream.concat(IstiodSettings.READS.stream(), Stream.of(Kind.ENVOY_FILTER))
          .collect(Collectors.toUnmodifiableSet());

  private static final MemoizedQuery<Boolean> EXIST =
      new MemoizedQuery<>(READS, mesh -> isAdded(mesh) || isRead(mesh));

  private static final String REGISTRIES = "--registries";

  private UnseenClusters() {}

  /**
   * Returns whether an EnvoyFilter adds clusters, or istiod is seen to read another registry or
   * other sources of configuration than its own cluster.
   */
  static boolean mayExist(Mesh mesh) {
    return mesh.derive(EXIST);
  }

  private static boolean isAdded(Mesh mesh) {
    return mesh.list(Kind.ENVOY_FILTER).items().stream()
        .flatMap(filter -> EnvoyPatch.of(filter).stream())
        .anyMatch(patch -> patch.applyTo().equals("CLUSTER") && patch.operation().is("ADD"));
  }

  private static boolean isRead(Mesh mesh) {
    return MeshConfig.all(mesh).stream()
            .flatMap(config -> config.config().at("configSources").each().stream())
            .anyMatch(source -> !source.at("address").text("").startsWith("k8s://"))
        || mesh.facts().rootNamespaces().stream()
            .flatMap(root -> mesh.list(Kind.DEPLOYMENT, root).items().stream())
            .filter(IstiodSettings::isIstiod)
            .anyMatch(UnseenClusters::readsAnotherRegistry);
  }

  private static boolean readsAnotherRegistry(Resource istiod) {
    return istiod.at("spec", "template", "spec", "containers").each().stream()
        .flatMap(container -> container.at("args").each().stream())
        .map(Cursor::node)
        .anyMatch(
            word ->
                word.asText("").startsWith(REGISTRIES)
                    && !word.asText("").equals(REGISTRIES + "=Kubernetes"));
  }
}
