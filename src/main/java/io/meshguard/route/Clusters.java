package io.meshguard.route;

import io.meshguard.istio.Protocol;
import io.meshguard.istio.ServicePort;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.ClusterState.Cause;
import io.meshguard.route.ClusterState.Endpoints;
import io.meshguard.route.ClusterState.Missing;
import io.meshguard.route.ClusterState.Present;
import io.meshguard.route.MeshService.Resolution;
import io.meshguard.traffic.EndpointCount;
import io.meshguard.traffic.ServiceEndpoints;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The clusters of a proxy (istio pilot/pkg/networking/core/cluster.go {@code
 * buildOutboundClusters} @1.30.3).
 */
final class Clusters {

  /** Workloads that are looked at for one walk. */
  private static final int MOST_WORKLOADS = 200_000;

  private final Proxy proxy;
  private final Mesh mesh;
  private final ServiceCatalog catalog;
  private final Supplier<Map<String, MeshService>> services;
  private final RulesInForce rules;
  private final Assumptions assumptions;
  private final Map<ClusterName, ClusterState> known = new HashMap<>();

  /**
   * @param services the services that the proxy sees, by host
   */
  Clusters(
      Proxy proxy,
      Mesh mesh,
      ServiceCatalog catalog,
      Supplier<Map<String, MeshService>> services,
      RulesInForce rules,
      Assumptions assumptions) {
    this.proxy = proxy;
    this.mesh = mesh;
    this.catalog = catalog;
    this.services = services;
    this.rules = rules;
    this.assumptions = assumptions;
  }

  /** Returns whether the proxy has a cluster. */
  ClusterState of(ClusterName cluster) {
    ClusterState state = known.get(cluster);
    if (state == null) {
      state = read(cluster);
      known.put(cluster, state);
    }
    return state;
  }

  /** Returns the rules in force for a service. */
  Optional<RuleInForce> rule(MeshService service) {
    return rules.of(service);
  }

  private ClusterState read(ClusterName cluster) {
    String host = cluster.host();
    if (host.isEmpty()) {
      return new Missing(Cause.NO_NAME, List.of(), List.of());
    }
    MeshService service = services.get().get(host);
    if (service == null) {
      return unseen(cluster);
    }
    if (service.resolution() == Resolution.ALIAS) {
      String target = service.object().at("spec", "externalName").text("");
      return new Missing(Cause.ALIAS, List.of(host, target), List.of(service.object()));
    }
    Optional<ServicePort> port = service.port(cluster.port());
    if (port.isEmpty()) {
      return new Missing(
          Cause.NO_PORT,
          List.of(host, Integer.toString(cluster.port())),
          List.of(service.object()));
    }
    if (port.get().protocol() == Protocol.UDP) {
      return new Missing(
          Cause.UDP, List.of(host, Integer.toString(cluster.port())), List.of(service.object()));
    }
    Optional<RuleInForce> rule = rules.of(service);
    if (cluster.subset().isEmpty()) {
      return new Present(Optional.of(service), port, rule, endpoints(service, Map.of()));
    }
    Cursor subset = rule.map(RuleInForce::subsets).orElse(Map.of()).get(cluster.subset());
    if (subset == null) {
      // Who is given a rule for the host is given all of them.
      boolean elsewhere =
          rule.isEmpty()
              && !rules.complete()
              && assumptions.holds(Subject.SUBSET_ELSEWHERE, cluster.subset(), host);
      return elsewhere
          ? new Present(Optional.of(service), port, rule, Endpoints.SOME)
          : noSubset(cluster, rule);
    }
    Map<String, String> labels = LabelSelector.labels(subset.at("labels"));
    if (service.resolution() == Resolution.DNS && !mayHave(service.object(), labels)) {
      return new Missing(
          Cause.EMPTY_SUBSET, List.of(host, cluster.subset()), List.of(service.object()));
    }
    return new Present(Optional.of(service), port, rule, endpoints(service, labels));
  }

  private static ClusterState noSubset(ClusterName cluster, Optional<RuleInForce> rule) {
    List<Resource> objects =
        rule.map(r -> Stream.concat(r.objects().stream(), r.passed().stream()).toList())
            .orElse(List.of());
    return new Missing(Cause.NO_SUBSET, List.of(cluster.host(), cluster.subset()), objects);
  }

  private ClusterState unseen(ClusterName cluster) {
    String host = cluster.host();
    List<MeshService> registered =
        catalog.named(host).stream().filter(one -> one.host().equals(host)).toList();
    if (!registered.isEmpty()) {
      boolean exported = !catalog.seen(host, proxy.namespace()).isEmpty();
      boolean own = registered.stream().anyMatch(s -> s.namespace().equals(proxy.namespace()));
      if (own && proxy.type() == Proxy.Type.GATEWAY) {
        // Sidecars of the namespace that were there before share their services with it (istio
        // pilot/pkg/model/push_context.go doGetSidecarScope @1.30.3).
        assumptions.doubt(Subject.NOT_MODELLED, "exportTo");
      }
      return new Missing(
          exported ? Cause.NOT_IMPORTED : Cause.NOT_EXPORTED,
          List.of(host, proxy.namespace()),
          registered.stream().map(MeshService::object).toList());
    }
    boolean elsewhere = !catalog.complete() && assumptions.holds(Subject.HOST_ELSEWHERE, host);
    return elsewhere
        ? new Present(Optional.empty(), Optional.empty(), Optional.empty(), Endpoints.SOME)
        : new Missing(Cause.NO_HOST, List.of(host), List.of());
  }

  /** None only where it is certain. */
  private Endpoints endpoints(MeshService service, Map<String, String> subset) {
    boolean passed = service.resolution() == Resolution.PASSTHROUGH;
    if (passed && proxy.type() == Proxy.Type.SIDECAR) {
      return Endpoints.CALLED;
    }
    if (!service.isKubernetes()) {
      return ofEntry(service.object(), passed, subset);
    }
    Optional<ServiceEndpoints> endpoints =
        ServiceEndpoints.of(service.host(), mesh, new WorkBudget(MOST_WORKLOADS));
    if (endpoints.isEmpty()) {
      return Endpoints.SOME;
    }
    List<Workload> workloads = endpoints.get().in(subset);
    boolean none =
        workloads.isEmpty()
            || EndpointCount.of(workloads, mesh).filter(count -> count.most() == 0).isPresent();
    return none ? Endpoints.NONE : Endpoints.SOME;
  }

  /** A gateway takes an entry that resolves nothing for one with fixed endpoints. */
  private static Endpoints ofEntry(Resource entry, boolean passed, Map<String, String> subset) {
    List<Cursor> listed = entry.at("spec", "endpoints").each();
    boolean stands = passed || entry.at("spec", "resolution").is("STATIC");
    if (!stands || entry.at("spec", "workloadSelector").isPresent()) {
      return Endpoints.SOME;
    }
    return has(listed, subset) ? Endpoints.SOME : Endpoints.NONE;
  }

  private static boolean has(List<Cursor> endpoints, Map<String, String> subset) {
    return endpoints.stream()
        .map(one -> LabelSelector.labels(one.at("labels")))
        .anyMatch(labels -> labels.entrySet().containsAll(subset.entrySet()));
  }

  /**
   * Returns whether some endpoint of an entry may belong to a subset. Without endpoints the host
   * stands for itself, and has no labels. Where none does, a cluster that is resolved by DNS is not
   * made (istio pilot/pkg/networking/core/cluster_builder.go {@code buildCluster} @1.30.3).
   */
  private static boolean mayHave(Resource entry, Map<String, String> subset) {
    return subset.isEmpty()
        || entry.at("spec", "workloadSelector").isPresent()
        || has(entry.at("spec", "endpoints").each(), subset);
  }
}
