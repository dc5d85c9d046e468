package io.meshguard.istio;

import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The workloads behind a Service. */
public final class ServiceWorkloads {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = Workload.KINDS;

  private ServiceWorkloads() {}

  /** Returns the workloads whose Pods a Service selects; none where it selects none itself. */
  public static List<Workload> of(Resource service, Mesh mesh) {
    Map<String, String> selector = LabelSelector.labels(service.at("spec", "selector"));
    if (selector.isEmpty()) {
      return List.of();
    }
    List<Workload> workloads = new ArrayList<>();
    for (Kind kind : READS) {
      mesh.list(kind, service.namespace()).items().stream()
          .map(object -> Workload.carrying(selector, object))
          .flatMap(Optional::stream)
          .forEach(workloads::add);
    }
    workloads.sort(Comparator.comparing(workload -> workload.object().ref().path()));
    return workloads;
  }
}
