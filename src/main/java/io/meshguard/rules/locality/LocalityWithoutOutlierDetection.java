package io.meshguard.rules.locality;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.istio.DestinationRules;
import io.meshguard.istio.DestinationRules.EffectivePolicy;
import io.meshguard.istio.LocalityFailover;
import io.meshguard.istio.Registry;
import io.meshguard.istio.TrafficPolicies;
import io.meshguard.istio.TrafficPolicies.Level;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Map;

/**
 * Locality failover that cannot work: without outlier detection in force Istio sets no priorities
 * between localities (istio pilot/pkg/networking/core/loadbalancer/loadbalancer.go {@code
 * ApplyLocalityLoadBalancer} @1.30.3). Distribution needs none since 1.9, and where there is one,
 * nothing beside it counts.
 */
public final class LocalityWithoutOutlierDetection implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("locality-without-outlier-detection")
          .subjects(Kind.DESTINATION_RULE)
          .reads(Kind.SERVICE)
          .reads(DestinationRules.READS)
          .reads(LocalityFailover.READS)
          .fixes(Safety.UNSAFE)
          .faq(FaqEntry.LOCALITY)
          .symptoms(Symptom.fromServer(503))
          .build();

  private static final String BALANCER = "loadBalancer";
  private static final String DETECTION = "outlierDetection";
  private static final String LOCALITY = "localityLbSetting";

  /** Steps through other DestinationRules for the host, their subsets among them. */
  private static final int MOST_COMPARED = 100_000;

  private static final VersionRange DISTRIBUTE_NEEDS_DETECTION = VersionRange.before("1.9");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Registry registry = new Registry(mesh);
    Lookup service = registry.service(registry.destination(subject));
    if (service.found().filter(Registry::isHeadless).isPresent()) {
      return;
    }
    WorkBudget budget = new WorkBudget(MOST_COMPARED);
    DestinationRules.effectivePolicy(subject, mesh, budget)
        .ifPresent(effective -> check(subject, effective, service, mesh, report));
    if (budget.isOver()) {
      report.cutShort();
    }
  }

  private static void check(
      Resource subject, EffectivePolicy effective, Lookup service, Mesh mesh, Report report) {
    TrafficPolicies policies = effective.policies();
    boolean subsetsDetect =
        !effective.subsets().isEmpty()
            && effective.subsets().stream()
                .allMatch(subset -> subset.at("trafficPolicy", DETECTION).isPresent());
    if (effective.topIsOwn()) {
      Level top = policies.top();
      if (!subsetsDetect) {
        checkPlace(
            top.at(),
            policies.effective(top, DETECTION, TrafficPolicies.OTHER_PORTS),
            mesh,
            report);
      }
      top.ports().values().forEach(entry -> checkPlace(entry, entry.at(DETECTION), mesh, report));
    }
    List<Integer> bare = withoutDetection(policies.top());
    for (Level subset : policies.subsets()) {
      checkPlace(subset.at(), leastDetection(subset, policies, bare), mesh, report);
      subset.ports().values().forEach(e -> checkPlace(e, e.at(DETECTION), mesh, report));
    }
    if (effective.topIsOwn() && !subsetsDetect && !namesLocality(subject)) {
      service.found().ifPresent(found -> checkMeshSetting(subject, policies, found, mesh, report));
    }
  }

  /** Returns the ports that have an entry of their own for all subsets, and no detection in it. */
  private static List<Integer> withoutDetection(Level top) {
    return top.ports().entrySet().stream()
        .filter(entry -> !entry.getValue().at(DETECTION).isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns what a subset has where it has least: on some port it may inherit nothing. */
  private static Cursor leastDetection(Level subset, TrafficPolicies policies, List<Integer> bare) {
    Cursor own = subset.at().at(DETECTION);
    if (own.isPresent()) {
      return own;
    }
    return bare.stream()
        .filter(port -> !subset.ports().containsKey(port))
        .findFirst()
        .map(port -> policies.effective(subset, DETECTION, port))
        .orElseGet(() -> policies.effective(subset, DETECTION, TrafficPolicies.OTHER_PORTS));
  }

  /** Checks the locality setting that stands in a policy against the detection in force there. */
  private static void checkPlace(Cursor policy, Cursor detection, Mesh mesh, Report report) {
    Cursor locality = policy.at(BALANCER, LOCALITY);
    if (!locality.isObject() || policy.at(BALANCER, "simple").is("PASSTHROUGH")) {
      return;
    }
    Cursor enabled = locality.at("enabled");
    boolean failover = LocalityFailover.isNamed(locality);
    if (enabled.bool().filter(on -> !on).isPresent()) {
      if (failover) {
        report.say(enabled, "disabled");
      }
      return;
    }
    if (detection.isPresent()) {
      return;
    }
    if (!LocalityFailover.distributes(locality)) {
      offer(report.say(locality, "found"), policy);
      return;
    }
    if (failover) {
      return;
    }
    Applicability old = mesh.facts().istio().in(DISTRIBUTE_NEEDS_DETECTION);
    if (old.isMet()) {
      offer(report.say(locality, "distribute").holds(old), policy);
    }
  }

  private static boolean namesLocality(Resource rule) {
    TrafficPolicies policies = TrafficPolicies.of(rule);
    return hasLocality(policies.top()) || policies.subsets().stream().anyMatch(l -> hasLocality(l));
  }

  private static boolean hasLocality(Level level) {
    return setsLocality(level.at())
        || level.ports().values().stream().anyMatch(entry -> setsLocality(entry));
  }

  /** Either setting replaces that of the mesh configuration; the second came with Istio 1.31. */
  private static boolean setsLocality(Cursor policy) {
    return policy.at(BALANCER, LOCALITY).isPresent()
        || policy.at(BALANCER, "zoneAwareLbSetting").isPresent();
  }

  private static void checkMeshSetting(
      Resource rule, TrafficPolicies policies, Resource service, Mesh mesh, Report report) {
    Cursor top = rule.at("spec", "trafficPolicy");
    Level all = policies.top();
    boolean notConcerned =
        policies.effective(all, DETECTION, TrafficPolicies.OTHER_PORTS).isPresent()
            || policies
                .effective(all, BALANCER, TrafficPolicies.OTHER_PORTS)
                .at("simple")
                .is("PASSTHROUGH");
    boolean overridden = LocalityFailover.mayBeOverridden(service, mesh);
    Applicability meshWide = LocalityFailover.inMeshConfig(mesh);
    if (notConcerned || overridden || meshWide == Applicability.NOWHERE) {
      return;
    }
    if (top.isObject()) {
      offer(report.say(top, "mesh").holds(meshWide), top);
    } else {
      report.say(rule.at("spec"), "mesh").holds(meshWide);
    }
  }

  /**
   * Offers outlier detection. Without the percentage, which is 10 where it is not set, nothing is
   * ejected of fewer than 10 endpoints, and traffic stays where they fail.
   */
  private static void offer(Report.Draft draft, Cursor policy) {
    ObjectNode detection =
        JsonNodeFactory.instance
            .objectNode()
            .put("consecutive5xxErrors", 5)
            .put("interval", "30s")
            .put("baseEjectionTime", "30s")
            .put("maxEjectionPercent", 100);
    draft.fix(
        Safety.UNSAFE, "fix", List.of(new PatchOp.Add(policy.at(DETECTION).pointer(), detection)));
  }
}
