package io.meshguard.rules.filter;

import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The ports at which sidecars take requests for their workloads: those of the containers, not those
 * of Services (istio pilot/pkg/networking/core/listener_inbound.go @1.31).
 */
final class InboundPorts {

  /** Kinds that are looked up. */
  static final Set<Kind> READS = Set.of(Kind.SERVICE, Kind.SIDECAR);

  private InboundPorts() {}

  /**
   * Returns the container's port behind a port that only Services have; empty where the port is one
   * of a container, where no Service has it, and where that is not known.
   *
   * @param budget counts the Services that are looked at
   */
  static OptionalLong behind(long port, List<Workload> workloads, Mesh mesh, WorkBudget budget) {
    OptionalLong meant = OptionalLong.empty();
    for (Workload workload : workloads) {
      Listing services = mesh.list(Kind.SERVICE, workload.namespace());
      if (!budget.take(services.items().size())
          || !services.complete()
          || hasOwnListeners(workload.namespace(), mesh)) {
        return OptionalLong.empty();
      }
      for (Resource service : services.items()) {
        Map<String, String> selector = LabelSelector.labels(service.at("spec", "selector"));
        if (selector.isEmpty() || !workload.labels().entrySet().containsAll(selector.entrySet())) {
          continue;
        }
        for (Cursor at : service.at("spec", "ports").each()) {
          OptionalLong target = target(at, workload);
          if (target.isEmpty() || target.getAsLong() == port) {
            return OptionalLong.empty();
          }
          if (at.at("port").integer().orElse(0) == port) {
            meant = target;
          }
        }
      }
    }
    return meant;
  }

  /** A Sidecar may make listeners for other ports. */
  private static boolean hasOwnListeners(String namespace, Mesh mesh) {
    Listing sidecars = mesh.list(Kind.SIDECAR, namespace);
    return !sidecars.complete()
        || sidecars.items().stream().anyMatch(each -> each.at("spec", "ingress").isNonEmpty());
  }

  private static OptionalLong target(Cursor servicePort, Workload workload) {
    Cursor target = servicePort.at("targetPort");
    if (!target.isPresent()) {
      return servicePort.at("port").integer();
    }
    String name = target.text("");
    if (name.isEmpty()) {
      return target.integer();
    }
    return workload.template().allContainers().stream()
        .flatMap(container -> container.at("ports").each().stream())
        .filter(port -> port.at("name").is(name))
        .map(port -> port.at("containerPort").integer())
        .findFirst()
        .orElse(OptionalLong.empty());
  }
}
