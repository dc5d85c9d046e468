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
 * Which Pods Gateways have, and where they run. They read what is exported to their own namespace,
 * whatever the namespace of the Gateway (istio pilot/pkg/model/push_context.go {@code
 * VirtualServicesForGateway} @1.30.3). For use within one check.
 */
public final class GatewayPods {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS =
      Stream.concat(
              Workload.KINDS.stream(),
              Stream.of(Kind.DEPLOYMENT, Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO))
          .collect(Collectors.toUnmodifiableSet());

  private static final String OWN_NAMESPACE_ONLY = "PILOT_SCOPE_GATEWAY_TO_NAMESPACE";

  /** Workloads looked at for all Gateways of a VirtualService together. */
  private static final int MOST_WORKLOADS = 200_000;

  private final Mesh mesh;
  private final WorkBudget budget = new WorkBudget(MOST_WORKLOADS);
  private final Map<Map<String, String>, Optional<Set<Pods>>> known = new HashMap<>();

  /**
   * Pods of a Gateway.
   *
   * @param namespace their namespace
   * @param labels their labels
   */
  public record Pods(String namespace, Map<String, String> labels) {
    public Pods {
      labels = Map.copyOf(labels);
    }
  }

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
    return of(gateway)
        .map(all -> all.stream().map(Pods::namespace).collect(Collectors.toUnmodifiableSet()));
  }

  /** Returns the Pods that a Gateway selects; empty where not all are known. */
  public Optional<Set<Pods>> of(Resource gateway) {
    Map<String, String> selector = LabelSelector.labels(gateway.at("spec", "selector"));
    return selector.isEmpty() ? Optional.empty() : known.computeIfAbsent(selector, this::selected);
  }

  private Optional<Set<Pods>> selected(Map<String, String> selector) {
    if (new IstiodSettings(mesh).isOn(OWN_NAMESPACE_ONLY)) {
      return Optional.empty();
    }
    Set<Pods> pods = new HashSet<>();
    for (Kind kind : Workload.KINDS) {
      Listing listing = mesh.list(kind);
      if (!listing.complete() || !budget.take(listing.items().size())) {
        return Optional.empty();
      }
      // Pods count by themselves, too: what made them may be of a kind that is not known here.
      for (Resource object : listing.items()) {
        Map<String, String> labels = labels(object);
        if (labels.entrySet().containsAll(selector.entrySet())) {
          pods.add(new Pods(object.namespace(), labels));
        }
      }
    }
    return Optional.of(pods);
  }

  private static Map<String, String> labels(Resource object) {
    return PodTemplate.of(object)
        .map(template -> LabelSelector.labels(template.metadata().at("labels")))
        .orElse(Map.of());
  }
}
