package io.meshguard.traffic;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the Pods of Gateways run. They read what is exported to their own namespace, whatever the
 * namespace of the Gateway (istio pilot/pkg/model/push_context.go {@code
 * VirtualServicesForGateway} @1.30.3). For use within one check.
 */
public final class GatewayPods {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS =
      Stream.of(Workload.KINDS, IstiodSettings.READS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final String OWN_NAMESPACE_ONLY = "PILOT_SCOPE_GATEWAY_TO_NAMESPACE";

  /** Workloads looked at for all Gateways of a VirtualService together. */
  private static final int MOST_WORKLOADS = 200_000;

  private final Mesh mesh;
  private final WorkBudget budget = new WorkBudget(MOST_WORKLOADS);
  private final Map<Map<String, String>, Optional<Set<String>>> known = new HashMap<>();

  /** Makes a view of a mesh. */
  public GatewayPods(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Returns whether there were too many workloads to be looked at. */
  public boolean isCutShort() {
    return budget.isOver();
  }

  /** Returns the namespaces of the Pods that a Gateway selects; empty where not all are known. */
  public Optional<Set<String>> namespaces(Resource gateway) {
    Map<String, String> selector = LabelSelector.labels(gateway.at("spec", "selector"));
    return selector.isEmpty()
        ? Optional.empty()
        : known.computeIfAbsent(selector, this::namespacesOfPods);
  }

  private Optional<Set<String>> namespacesOfPods(Map<String, String> selector) {
    if (new IstiodSettings(mesh).isOn(OWN_NAMESPACE_ONLY)) {
      return Optional.empty();
    }
    Set<String> namespaces = new HashSet<>();
    for (Kind kind : Workload.KINDS) {
      Listing listing = mesh.list(kind);
      if (!listing.complete() || !budget.take(listing.items().size())) {
        return Optional.empty();
      }
      // Pods count by themselves, too: what made them may be of a kind that is not known here.
      listing.items().stream()
          .filter(object -> labels(object).entrySet().containsAll(selector.entrySet()))
          .forEach(object -> namespaces.add(object.namespace()));
    }
    return Optional.of(namespaces);
  }

  private static Map<String, String> labels(Resource object) {
    return PodTemplate.of(object)
        .map(template -> LabelSelector.labels(template.metadata().at("labels")))
        .orElse(Map.of());
  }
}
