package io.meshguard.rules.headless;

import io.meshguard.istio.DestinationRules;
import io.meshguard.istio.DestinationRules.EffectivePolicy;
import io.meshguard.istio.Injection;
import io.meshguard.istio.MutualTls;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServiceWorkloads;
import io.meshguard.istio.TrafficPolicies;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.ResponseFlag;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A headless Service with Pods that cannot answer mutual TLS. Up to 1.6.5 sidecars used it all the
 * same; since then they use plaintext as soon as one Pod has no sidecar (istio
 * pilot/pkg/model/push_context.go {@code BestEffortInferServiceMTLSMode} @1.30.3), which the other
 * Pods refuse in STRICT mode.
 */
public final class MtlsToHeadlessWithoutSidecar implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("mtls-to-headless-without-sidecar")
          .subjects(Kind.DESTINATION_RULE, Kind.SERVICE)
          .reads(Kind.SERVICE)
          .reads(DestinationRules.READS)
          .reads(MutualTls.READS)
          .reads(ServiceWorkloads.READS)
          .reads(Injection.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.HEADLESS)
          .symptoms(
              Symptom.of(Symptom.NO_STATUS, "", ResponseFlag.UF, ResponseFlag.URX),
              Symptom.of(503, "", ResponseFlag.UF, ResponseFlag.URX),
              Symptom.NO_CHAIN)
          .build();

  private static final VersionRange ALWAYS_MUTUAL = VersionRange.before("1.6.6");
  private static final VersionRange INFERRED = VersionRange.from("1.6.6");

  /** Pairs of workloads with policies, or with subsets, that are looked at. */
  private static final int MOST_PAIRS = 200_000;

  private static final String MUTUAL = "ISTIO_MUTUAL";

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.SERVICE)) {
      if (Registry.isHeadless(subject)) {
        checkService(subject, mesh, report);
      }
      return;
    }
    Registry registry = new Registry(mesh);
    Optional<Resource> service =
        registry.service(registry.destination(subject)).found().filter(Registry::isHeadless);
    List<Cursor> modes = modes(subject);
    if (service.isPresent() && modes.stream().anyMatch(mode -> mode.is(MUTUAL))) {
      checkRule(subject, service.get(), mesh, report);
    }
  }

  private static void checkService(Resource service, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    List<Workload> workloads = ServiceWorkloads.of(service, mesh);
    List<Workload> bare = workloads.stream().filter(injection::leavesOut).toList();
    if (bare.isEmpty()) {
      return;
    }
    List<String> modes =
        DestinationRules.forHost(new Registry(mesh).fullName(service), mesh).items().stream()
            .flatMap(rule -> modes(rule).stream())
            .map(mode -> mode.text(""))
            .toList();
    Cursor at = service.at("spec", "clusterIP");
    Applicability old = mesh.facts().istio().in(ALWAYS_MUTUAL);
    if (old.isMet()) {
      if (!modes.contains("DISABLE")) {
        report.say(at, "old", bare.get(0).object().name()).holds(old).advice("disable");
      }
      return;
    }
    WorkBudget budget = new WorkBudget(MOST_PAIRS);
    boolean strict =
        workloads.stream()
            .filter(w -> w.hasSidecar() || injection.decide(w).expected())
            .takeWhile(w -> budget.take(1 + policiesFor(w, mesh)))
            .anyMatch(w -> MutualTls.isStrict(w, mesh));
    if (budget.isOver()) {
      report.cutShort();
    }
    if (strict && !modes.contains(MUTUAL)) {
      Applicability now = mesh.facts().istio().in(INFERRED);
      report.say(at, "mixed", bare.get(0).object().name()).holds(now).advice("inject");
    }
  }

  private static int policiesFor(Workload workload, Mesh mesh) {
    return mesh.list(Kind.PEER_AUTHENTICATION, workload.namespace()).items().size();
  }

  private static void checkRule(Resource rule, Resource service, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    List<Bare> bare =
        ServiceWorkloads.of(service, mesh).stream()
            .filter(injection::leavesOut)
            .map(workload -> new Bare(workload.object().name(), workload.labels()))
            .toList();
    if (bare.isEmpty()) {
      return;
    }
    WorkBudget budget = new WorkBudget(MOST_PAIRS);
    DestinationRules.effectivePolicy(rule, mesh, budget)
        .ifPresent(effective -> reportMutual(rule, effective, bare, budget, report));
    if (budget.isOver()) {
      report.cutShort();
    }
  }

  private static void reportMutual(
      Resource rule, EffectivePolicy effective, List<Bare> bare, WorkBudget budget, Report report) {
    if (effective.topIsOwn()) {
      reportMutual(policies(effective.policies().top().at()), bare, Map.of(), budget, report);
    }
    Set<String> counting =
        effective.policies().subsets().stream()
            .map(level -> level.at().pointer().toString())
            .collect(Collectors.toSet());
    for (Cursor subset : rule.at("spec", "subsets").each()) {
      Cursor policy = subset.at("trafficPolicy");
      if (counting.contains(policy.pointer().toString())) {
        Map<String, String> labels = LabelSelector.labels(subset.at("labels"));
        reportMutual(policies(policy), bare, labels, budget, report);
      }
      if (budget.isOver()) {
        return;
      }
    }
  }

  /** A workload without a sidecar. */
  private record Bare(String name, Map<String, String> labels) {}

  private static void reportMutual(
      List<Cursor> policies,
      List<Bare> bare,
      Map<String, String> labels,
      WorkBudget budget,
      Report report) {
    List<Cursor> mutual =
        policies.stream()
            .map(policy -> policy.at("tls", "mode"))
            .filter(mode -> mode.is(MUTUAL))
            .toList();
    if (mutual.isEmpty()) {
      return;
    }
    bare.stream()
        .takeWhile(workload -> budget.take(1))
        .filter(workload -> workload.labels().entrySet().containsAll(labels.entrySet()))
        .findFirst()
        .ifPresent(
            first ->
                mutual.forEach(mode -> report.say(mode, "mutual", first.name()).advice("inject")));
  }

  private static List<Cursor> modes(Resource rule) {
    TrafficPolicies all = TrafficPolicies.of(rule);
    List<Cursor> policies = new ArrayList<>(policies(all.top().at()));
    all.subsets().forEach(subset -> policies.addAll(policies(subset.at())));
    return policies.stream().map(policy -> policy.at("tls", "mode")).toList();
  }

  private static List<Cursor> policies(Cursor policy) {
    List<Cursor> policies = new ArrayList<>(List.of(policy));
    policies.addAll(policy.at("portLevelSettings").each());
    return policies;
  }
}
