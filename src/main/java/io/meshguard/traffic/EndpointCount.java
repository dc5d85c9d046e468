package io.meshguard.traffic;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Between which numbers that of the endpoints lies, whatever an autoscaler does.
 *
 * @param least the smallest number
 * @param most the largest number
 */
public record EndpointCount(long least, long most) {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = Set.of(Kind.HORIZONTAL_POD_AUTOSCALER, Kind.SCALED_OBJECT);

  private static final Index AUTOSCALERS =
      new Index("autoscalers-by-target", Kind.HORIZONTAL_POD_AUTOSCALER, EndpointCount::target);

  private static final Index SCALED_OBJECTS =
      new Index("scaled-objects-by-target", Kind.SCALED_OBJECT, EndpointCount::target);

  /** What KEDA does where nothing is said. */
  private static final long MOST_SCALED = 100;

  private static final String NONE = "";

  /** Returns the number of the Pods of some workloads; empty where it is not known. */
  public static Optional<EndpointCount> of(List<Workload> workloads, Mesh mesh) {
    long least = 0;
    long most = 0;
    for (Workload workload : workloads) {
      Optional<EndpointCount> one = of(workload.object(), mesh);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      least += one.get().least();
      most += one.get().most();
    }
    return Optional.of(new EndpointCount(least, most));
  }

  private static Optional<EndpointCount> of(Resource workload, Mesh mesh) {
    Kind kind = workload.kind();
    if (kind.equals(Kind.POD)) {
      return Optional.of(new EndpointCount(1, 1));
    }
    boolean counted =
        kind.equals(Kind.DEPLOYMENT)
            || kind.equals(Kind.STATEFUL_SET)
            || kind.equals(Kind.REPLICA_SET);
    Listing scalers = mesh.list(AUTOSCALERS, key(workload.namespace(), kind.name(), workload));
    Listing scaled = mesh.list(SCALED_OBJECTS, key(workload.namespace(), kind.name(), workload));
    if (!counted || !scalers.complete()) {
      return Optional.empty();
    }
    Cursor replicas = workload.at("spec", "replicas");
    if (replicas.isPresent() && replicas.integer().isEmpty()) {
      return Optional.empty();
    }
    long own = replicas.integer().orElse(1);
    long most = own;
    for (Resource scaler : scalers.items()) {
      Cursor limit = scaler.at("spec", "maxReplicas");
      if (limit.integer().isEmpty()) {
        return Optional.empty();
      }
      most = Math.max(most, limit.integer().getAsLong());
    }
    for (Resource scaler : scaled.items()) {
      Cursor limit = scaler.at("spec", "maxReplicaCount");
      most = Math.max(most, limit.integer().orElse(MOST_SCALED));
    }
    boolean fixed = scalers.items().isEmpty() && scaled.items().isEmpty();
    return Optional.of(new EndpointCount(fixed ? own : 0, most));
  }

  private static String key(String namespace, String kind, Resource workload) {
    return namespace + "/" + kind + "/" + workload.name();
  }

  private static Set<String> target(Resource scaler) {
    Cursor target = scaler.at("spec", "scaleTargetRef");
    String kind = target.at("kind").text(Kind.DEPLOYMENT.name());
    return Set.of(scaler.namespace() + "/" + kind + "/" + target.at("name").text(NONE));
  }
}
