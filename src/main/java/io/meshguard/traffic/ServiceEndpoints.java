package io.meshguard.traffic;

import io.meshguard.istio.Registry;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What makes the endpoints of a Service, where all of it is known: its Pods carry the labels of the
 * selector, and a subset takes those whose labels hold its own (istio
 * pilot/pkg/xds/endpoints/endpoint_builder.go @1.30.3).
 *
 * @param service the Service
 * @param workloads the workloads whose Pods it selects, in the order of their kinds and names
 */
public record ServiceEndpoints(Resource service, List<Workload> workloads) {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS =
      Stream.of(
              Registry.READS,
              Workload.KINDS,
              Set.of(Kind.WORKLOAD_ENTRY, Kind.WORKLOAD_GROUP, Kind.ROLLOUT),
              UnseenClusters.READS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /**
   * Pods of which Kubernetes' own controllers are no owner: others scale and label as they like.
   */
  private static final Index OTHER_PODS =
      new Index("pods-of-other-owners", Kind.POD, ServiceEndpoints::underOther);

  private static final Index OTHER_REPLICA_SETS =
      new Index("replica-sets-of-other-owners", Kind.REPLICA_SET, ServiceEndpoints::underOther);

  private static final Index LONE_PODS =
      new Index("pods-without-owner", Kind.POD, ServiceEndpoints::underNone);

  private static final Index LONE_REPLICA_SETS =
      new Index("replica-sets-without-owner", Kind.REPLICA_SET, ServiceEndpoints::underNone);

  private static final Set<String> OWNERS =
      Set.of("ReplicaSet", "StatefulSet", "DaemonSet", "Deployment", "Job", "CronJob");

  /** Labels that istiod, its injector and controllers put on endpoints; no template shows them. */
  private static final Set<String> ADDED =
      Set.of(
          "topology.kubernetes.io/region",
          "topology.kubernetes.io/zone",
          "topology.istio.io/subzone",
          "topology.istio.io/cluster",
          "topology.istio.io/network",
          "kubernetes.io/hostname",
          "pod-template-hash",
          "rollouts-pod-template-hash",
          "controller-revision-hash",
          "statefulset.kubernetes.io/pod-name",
          "apps.kubernetes.io/pod-index",
          "job-name",
          "controller-uid",
          "service.istio.io/canonical-name",
          "service.istio.io/canonical-revision",
          "security.istio.io/tlsMode",
          "networking.istio.io/tunnel",
          "istio.io/rev");

  private static final List<String> ADDED_PREFIXES =
      List.of("batch.kubernetes.io/", "serving.knative.dev/");

  public ServiceEndpoints {
    workloads = List.copyOf(workloads);
  }

  /**
   * Returns what makes the endpoints of a host; empty where that is not all known: other clusters,
   * registries, virtual machines or controllers may add to it.
   *
   * @param budget for looking at workloads; where it ends, the answer is empty
   */
  public static Optional<ServiceEndpoints> of(String host, Mesh mesh, WorkBudget budget) {
    Registry registry = new Registry(mesh);
    Optional<Resource> service = registry.service(host).found();
    if (mesh.facts().multiCluster() || service.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> selector = LabelSelector.labels(service.get().at("spec", "selector"));
    Listing entries = registry.entries(host);
    if (selector.isEmpty()
        || service.get().at("spec", "type").is("ExternalName")
        || !entries.complete()
        || !entries.items().isEmpty()
        || UnseenClusters.mayExist(mesh)) {
      return Optional.empty();
    }
    return selected(service.get(), selector, mesh, budget)
        .map(workloads -> new ServiceEndpoints(service.get(), workloads));
  }

  /** Returns those whose Pods may be in a subset; one label that nobody sees decides nothing. */
  public List<Workload> in(Map<String, String> subset) {
    Map<String, String> seen = withoutAdded(subset);
    return workloads.stream()
        .filter(workload -> workload.labels().entrySet().containsAll(seen.entrySet()))
        .toList();
  }

  /** Returns labels without those that no template shows. */
  public static Map<String, String> withoutAdded(Map<String, String> labels) {
    return labels.entrySet().stream()
        .filter(label -> !isAdded(label.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static boolean isAdded(String key) {
    return ADDED.contains(key) || ADDED_PREFIXES.stream().anyMatch(key::startsWith);
  }

  private static Optional<List<Workload>> selected(
      Resource service, Map<String, String> selector, Mesh mesh, WorkBudget budget) {
    String namespace = service.namespace();
    if (!mesh.list(Kind.ROLLOUT, namespace).items().isEmpty()
        || mayAdd(mesh.list(Kind.WORKLOAD_GROUP, namespace), selector, budget)) {
      return Optional.empty();
    }
    Listing machines = mesh.list(Kind.WORKLOAD_ENTRY, namespace);
    Listing otherPods = mesh.list(OTHER_PODS, namespace);
    Listing otherSets = mesh.list(OTHER_REPLICA_SETS, namespace);
    boolean others =
        mayAdd(machines, selector, budget)
            || mayAdd(otherPods, selector, budget)
            || mayAdd(otherSets, selector, budget);
    if (others || !machines.complete() || !otherPods.complete() || !otherSets.complete()) {
      return Optional.empty();
    }
    List<Workload> workloads = new ArrayList<>();
    for (Listing listed : owners(namespace, mesh)) {
      if (!listed.complete() || !budget.take(listed.items().size())) {
        return Optional.empty();
      }
      for (Resource object : listed.items()) {
        Workload.carrying(selector, object).ifPresent(workloads::add);
      }
    }
    return Optional.of(workloads);
  }

  private static List<Listing> owners(String namespace, Mesh mesh) {
    return List.of(
        mesh.list(Kind.DEPLOYMENT, namespace),
        mesh.list(Kind.STATEFUL_SET, namespace),
        mesh.list(Kind.DAEMON_SET, namespace),
        mesh.list(Kind.JOB, namespace),
        mesh.list(Kind.CRON_JOB, namespace),
        mesh.list(LONE_REPLICA_SETS, namespace),
        mesh.list(LONE_PODS, namespace));
  }

  private static boolean mayAdd(Listing listed, Map<String, String> selector, WorkBudget budget) {
    if (!budget.take(listed.items().size())) {
      return true;
    }
    return listed.items().stream().anyMatch(object -> has(labels(object), selector));
  }

  private static boolean has(Map<String, String> labels, Map<String, String> selector) {
    return labels.entrySet().containsAll(selector.entrySet());
  }

  /** A machine has labels in its spec, a group in what it makes, and both in their metadata. */
  private static Map<String, String> labels(Resource object) {
    Map<String, String> labels = LabelSelector.labels(object.at("metadata", "labels"));
    if (object.kind().equals(Kind.WORKLOAD_ENTRY)) {
      labels.putAll(LabelSelector.labels(object.at("spec", "labels")));
    } else if (object.kind().equals(Kind.WORKLOAD_GROUP)) {
      labels.putAll(LabelSelector.labels(object.at("spec", "metadata", "labels")));
      labels.putAll(LabelSelector.labels(object.at("spec", "template", "labels")));
    } else {
      PodTemplate.of(object)
          .ifPresent(pod -> labels.putAll(LabelSelector.labels(pod.metadata().at("labels"))));
    }
    return labels;
  }

  private static Set<String> underOther(Resource object) {
    boolean known = object.controller().map(ServiceEndpoints::isKnown).orElse(true);
    return known ? Set.of() : Set.of(object.namespace());
  }

  private static boolean isKnown(Cursor controller) {
    String version = controller.at("apiVersion").text("");
    return OWNERS.contains(controller.at("kind").text(""))
        && (version.startsWith("apps/") || version.startsWith("batch/"));
  }

  private static Set<String> underNone(Resource object) {
    Set<String> keys = new HashSet<>();
    if (object.controller().isEmpty()) {
      keys.add(object.namespace());
    }
    return keys;
  }
}
