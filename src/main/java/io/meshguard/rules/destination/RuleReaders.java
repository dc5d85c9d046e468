package io.meshguard.rules.destination;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Injection;
import io.meshguard.istio.Registry;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.ServiceEndpoints;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which proxies look up a DestinationRule: those of its own namespace, and all where it stands in
 * the namespace of the host or of the mesh's root. Says "none" only where all that may run a proxy
 * is known.
 */
final class RuleReaders {

  /** Kinds that are looked up. */
  static final Set<Kind> READS =
      Stream.of(
              Registry.READS,
              Workload.KINDS,
              Injection.READS,
              Set.of(
                  Kind.WORKLOAD_ENTRY, Kind.WORKLOAD_GROUP, Kind.ROLLOUT, Kind.GATEWAY_API_GATEWAY))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Kinds whose objects have proxies, or make Pods that have, out of sight. */
  private static final Set<Kind> UNSEEN_PROXIES =
      Set.of(Kind.WORKLOAD_ENTRY, Kind.WORKLOAD_GROUP, Kind.ROLLOUT, Kind.GATEWAY_API_GATEWAY);

  private static final String SERVICES = ".svc.";

  private final Resource rule;
  private final Mesh mesh;

  RuleReaders(Resource rule, Mesh mesh) {
    this.rule = rule;
    this.mesh = mesh;
  }

  /**
   * Returns whether the host is surely registered in other namespaces only, none of them a root.
   */
  boolean standsElsewhere() {
    Registry registry = new Registry(mesh);
    String host = registry.destination(rule);
    Listing entries = registry.entries(host);
    if (HostName.isWildcard(host)
        || !entries.complete()
        || mesh.facts().rootNamespaces().contains(rule.namespace())) {
      return false;
    }
    Set<String> homes = new HashSet<>();
    entries.items().forEach(entry -> homes.add(entry.namespace()));
    Lookup service = registry.service(host);
    String suffix = SERVICES + mesh.facts().clusterDomain();
    if (service.found().isPresent()) {
      homes.add(service.found().get().namespace());
    } else if (host.endsWith(suffix)) {
      String head = host.substring(0, host.length() - suffix.length());
      homes.add(head.substring(head.lastIndexOf('.') + 1));
    } else if (!service.isAbsent()) {
      return false;
    }
    return !homes.isEmpty() && !homes.contains(rule.namespace());
  }

  /** Returns whether surely no proxy runs in the namespace, while there are workloads elsewhere. */
  boolean hasNoProxies() {
    String namespace = rule.namespace();
    if (mayHaveMore(namespace)) {
      return false;
    }
    Injection injection = new Injection(mesh);
    for (Kind kind : Workload.KINDS) {
      Listing listed = mesh.list(kind, namespace);
      if (!listed.complete()
          || listed.items().stream().anyMatch(object -> mayHaveProxy(object, injection))) {
        return false;
      }
    }
    return Workload.KINDS.stream().anyMatch(kind -> !mesh.list(kind).items().isEmpty());
  }

  /** What another object made has its labels, and is looked at by itself all the same. */
  private static boolean mayHaveProxy(Resource object, Injection injection) {
    Workload workload = PodTemplate.of(object).map(pod -> new Workload(object, pod)).orElse(null);
    return workload == null
        || workload.hasSidecar()
        || workload.isGateway()
        || !injection.decide(workload).ruledOut();
  }

  /** Returns whether the rule's selector surely selects no proxy of the namespace. */
  boolean selectsNobody() {
    String namespace = rule.namespace();
    Cursor labels = rule.at("spec", "workloadSelector", "matchLabels");
    Map<String, String> wanted = ServiceEndpoints.withoutAdded(LabelSelector.labels(labels));
    if (wanted.isEmpty() || mayHaveMore(namespace)) {
      return false;
    }
    for (Kind kind : Workload.KINDS) {
      Listing listed = mesh.list(kind, namespace);
      if (!listed.complete() || listed.items().stream().anyMatch(object -> has(object, wanted))) {
        return false;
      }
    }
    return Workload.KINDS.stream().anyMatch(kind -> !mesh.list(kind).items().isEmpty());
  }

  private static boolean has(Resource object, Map<String, String> wanted) {
    return PodTemplate.of(object)
        .map(pod -> LabelSelector.labels(pod.metadata().at("labels")))
        .filter(labels -> labels.entrySet().containsAll(wanted.entrySet()))
        .isPresent();
  }

  private boolean mayHaveMore(String namespace) {
    return mesh.facts().multiCluster()
        || !mesh.list(Kind.WORKLOAD_ENTRY, namespace).complete()
        || UNSEEN_PROXIES.stream().anyMatch(kind -> !mesh.list(kind, namespace).items().isEmpty());
  }
}
