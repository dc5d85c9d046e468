package io.meshguard.trace;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.ServiceWorkloads;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.ClusterName;
import io.meshguard.route.ClusterState;
import io.meshguard.route.HttpRoute;
import io.meshguard.route.MeshService;
import io.meshguard.route.ProxyTables;
import io.meshguard.route.RuleInForce;
import io.meshguard.route.Target;
import io.meshguard.route.TcpChain;
import io.meshguard.trace.Call.Wire;
import io.meshguard.trace.Step.Kind;
import io.meshguard.trace.Step.Passed;
import io.meshguard.trace.Step.Reason;
import io.meshguard.trace.TraceResult.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The end of a way: clusters, the rules in force for them, and the servers behind. */
final class Destinations {

  private final ProxyTables tables;
  private final Call call;

  /** The service that the client's address belongs to; null where it is none of the mesh. */
  private @Nullable MeshService called;

  Destinations(ProxyTables tables, Call call) {
    this.tables = tables;
    this.call = call;
  }

  /** Says which service the client's address belongs to. */
  void call(@Nullable MeshService service) {
    this.called = service;
  }

  /** Returns the way to the destinations of a route. */
  Way http(HttpRoute route, List<Target> targets, String authority, String path) {
    return to(targets, route.object(), authority, path, true);
  }

  /** Returns the way through a chain that forwards bytes. */
  Way throughChain(TcpChain chain) {
    List<Place> places =
        chain.virtualService().map(one -> List.of(Place.of(one, chain.at()))).orElse(List.of());
    Step step =
        Step.of(
            Kind.CHAIN,
            places,
            String.join(", ", chain.serverNames()),
            chain.service().map(MeshService::host).orElse(""));
    return to(chain.targets(), chain.virtualService(), "", "", false).after(List.of(step));
  }

  private Way to(
      List<Target> targets,
      Optional<Resource> object,
      String authority,
      String path,
      boolean http) {
    List<Step> steps = new ArrayList<>();
    List<Share> shares = new ArrayList<>();
    double all = targets.stream().mapToLong(Target::weight).sum();
    for (Target target : targets) {
      double percent = all == 0 ? 100.0 / targets.size() : 100 * target.weight() / all;
      ClusterState state = tables.cluster(target.cluster());
      List<Place> places =
          target.at().isMissing()
              ? List.of()
              : object.map(one -> List.of(Place.of(one, target.at()))).orElse(List.of());
      steps.add(
          Step.of(
              Kind.DESTINATION, places, target.cluster().toString(), HttpWalk.percent(percent)));
      Outcome outcome = outcome(target.cluster(), state, authority, path, http, steps);
      shares.add(new Share(percent, outcome));
    }
    return new Way(steps, joined(shares));
  }

  private static List<Share> joined(List<Share> shares) {
    List<Share> joined = new ArrayList<>();
    for (Share share : shares) {
      int same = -1;
      for (int i = 0; i < joined.size(); i++) {
        same = joined.get(i).outcome().equals(share.outcome()) ? i : same;
      }
      if (same < 0) {
        joined.add(share);
      } else {
        joined.set(same, new Share(joined.get(same).percent() + share.percent(), share.outcome()));
      }
    }
    joined.sort((one, other) -> Double.compare(other.percent(), one.percent()));
    return joined;
  }

  private Outcome outcome(
      ClusterName cluster,
      ClusterState state,
      String authority,
      String path,
      boolean http,
      List<Step> steps) {
    if (state instanceof ClusterState.Missing missing) {
      MeshService service = tables.services().get(cluster.host());
      if (missing.cause() == ClusterState.Cause.NO_SUBSET && service != null) {
        steps.add(rule(service, tables.rule(service)));
      }
      return new Outcome.NoCluster(cluster, missing, http);
    }
    ClusterState.Present present = (ClusterState.Present) state;
    present.service().ifPresent(service -> steps.add(rule(service, present.rule())));
    if (present.endpoints() == ClusterState.Endpoints.NONE) {
      return new Outcome.NoEndpoint(cluster, http);
    }
    boolean elsewhere =
        present.endpoints() == ClusterState.Endpoints.CALLED
            && (called == null || !called.host().equals(cluster.host()));
    // What answers is what the client called, and not what the route names.
    List<Workload> workloads = elsewhere ? List.of() : workloads(cluster, present);
    Optional<ServicePort> port = present.port();
    if (present.service().isPresent() && port.isPresent()) {
      workloads.forEach(workload -> steps.add(server(workload, port.get())));
    }
    return new Outcome.Forwarded(
        cluster,
        workloads.stream().map(one -> one.namespace() + "/" + one.object().name()).toList(),
        authority,
        path);
  }

  private static Step rule(MeshService service, Optional<RuleInForce> rule) {
    if (rule.isEmpty() || rule.get().objects().isEmpty()) {
      List<Passed> passed = rule.map(Destinations::passed).orElse(List.of());
      return new Step(Kind.NO_DESTINATION_RULE, List.of(service.host()), List.of(), passed);
    }
    return new Step(
        Kind.DESTINATION_RULE,
        List.of(service.host()),
        rule.get().objects().stream().map(Place::of).toList(),
        passed(rule.get()));
  }

  private static List<Passed> passed(RuleInForce rule) {
    return rule.passed().stream()
        .map(one -> new Passed(Place.of(one), Reason.NOT_IN_FORCE, Optional.empty()))
        .toList();
  }

  private List<Workload> workloads(ClusterName cluster, ClusterState.Present present) {
    if (present.service().filter(MeshService::isKubernetes).isEmpty()) {
      return List.of();
    }
    Cursor subset = present.rule().map(RuleInForce::subsets).orElse(Map.of()).get(cluster.subset());
    Map<String, String> labels =
        subset == null ? Map.of() : LabelSelector.labels(subset.at("labels"));
    return ServiceWorkloads.of(present.service().get().object(), tables.mesh()).stream()
        .filter(one -> one.labels().entrySet().containsAll(labels.entrySet()))
        .toList();
  }

  private Step server(Workload workload, ServicePort port) {
    boolean without = new Injection(tables.mesh()).leavesOut(workload) && !workload.hasSidecar();
    String target = port.at().at("targetPort").node().asText(Integer.toString(port.number()));
    return Step.of(
        without ? Kind.SERVER_WITHOUT_SIDECAR : Kind.SERVER,
        List.of(Place.of(workload.object())),
        workload.namespace() + "/" + workload.object().name(),
        target,
        port.protocol().name());
  }

  /** Returns the way past all routes, to the address that the client called. */
  Way passedThrough() {
    MeshService service = called;
    if (service != null && call.wire() == Wire.HTTP_10 && refusesHttp10(service)) {
      return Way.to(List.of(), new Outcome.TooOld(true));
    }
    return Way.to(
        List.of(), new Outcome.PassedThrough(Optional.ofNullable(service).map(MeshService::host)));
  }

  /** The server's sidecar reads what is declared to be HTTP, and asks for 1.1. */
  private boolean refusesHttp10(MeshService service) {
    Protocol protocol = service.port(call.port()).map(ServicePort::protocol).orElse(Protocol.TCP);
    boolean declared = protocol == Protocol.HTTP || protocol == Protocol.HTTP2;
    if (!declared || !service.isKubernetes()) {
      return false;
    }
    List<Workload> workloads = ServiceWorkloads.of(service.object(), tables.mesh());
    Injection injection = new Injection(tables.mesh());
    boolean all =
        !workloads.isEmpty()
            && workloads.stream()
                .allMatch(one -> one.hasSidecar() || injection.decide(one).expected());
    boolean none =
        !workloads.isEmpty()
            && workloads.stream().allMatch(one -> !one.hasSidecar() && injection.leavesOut(one));
    boolean has = all || (!none && tables.assumptions().holds(Subject.SIDECAR, service.host()));
    boolean allowed =
        workloads.stream()
            .anyMatch(one -> Http10.isAllowed(Optional.of(one.object()), tables.mesh()));
    return has && !allowed && !Http10.isAllowed(Optional.empty(), tables.mesh());
  }
}
