package io.meshguard.rules.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.DestinationRules;
import io.meshguard.istio.DestinationRules.EffectivePolicy;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.TrafficPolicies;
import io.meshguard.istio.TrafficPolicies.Level;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.FieldPatch;
import io.meshguard.rule.Parameter;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.EndpointCount;
import io.meshguard.traffic.PassedHosts;
import io.meshguard.traffic.ServiceEndpoints;
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Outlier detection that takes out nothing, or not as it says (istio
 * pilot/pkg/networking/core/cluster_traffic_policy.go {@code applyOutlierDetection} @1.30.3; envoy
 * source/common/upstream/outlier_detection_impl.cc). Since Envoy 1.28 the share that may be ejected
 * holds for the first endpoint too.
 */
public final class IneffectiveOutlierDetection implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("ineffective-outlier-detection")
          .subjects(Kind.DESTINATION_RULE)
          .reads(DestinationRules.READS)
          .reads(ServiceEndpoints.READS)
          .reads(EndpointCount.READS)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.CIRCUIT_BREAKING, FaqEntry.LOCALITY)
          .symptoms(Symptom.fromServer(503))
          .hides(Symptom.NO_ENDPOINT)
          .parameter(Parameter.positiveInteger("maxEjectionPercent"))
          .build();

  private static final String DETECTION = "outlierDetection";
  private static final String OLD_ERRORS = "consecutiveErrors";
  private static final String ERRORS = "consecutive5xxErrors";
  private static final String GATEWAY_ERRORS = "consecutiveGatewayErrors";
  private static final String LOCAL_FAILURES = "consecutiveLocalOriginFailures";
  private static final String SPLIT = "splitExternalLocalOriginErrors";
  private static final String PERCENT = "maxEjectionPercent";
  private static final String HEALTHY = "minHealthPercent";

  private static final VersionRange IGNORES_OLD_ERRORS = VersionRange.from("1.7");

  /** Envoy 1.28; before, the first endpoint was always ejected. */
  private static final VersionRange COUNTS_THE_FIRST = VersionRange.from("1.20");

  private static final long DEFAULT_ERRORS = 5;
  private static final long DEFAULT_PERCENT = 10;
  private static final long ALL = 100;

  /** Steps through other DestinationRules, workloads, ports and subsets. */
  private static final int MOST_STEPS = 200_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Registry registry = new Registry(mesh);
    String host = registry.destination(subject);
    if (PassedHosts.isPassed(host, registry)) {
      // Where a proxy calls the address that its client called, no health is looked at.
      return;
    }
    WorkBudget budget = new WorkBudget(MOST_STEPS);
    DestinationRules.effectivePolicy(subject, mesh, budget)
        .ifPresent(found -> new Checker(subject, host, found, mesh, report, budget).check());
    if (budget.isOver()) {
      report.cutShort();
    }
  }

  /** Looks at the policy of one DestinationRule. */
  private static final class Checker {

    private final EffectivePolicy effective;
    private final TrafficPolicies policies;
    private final Resource subject;
    private final Mesh mesh;
    private final Report report;
    private final Counts counts;
    private final PortScope ports;
    private final WorkBudget budget;
    private final boolean forLocality;

    private Checker(
        Resource subject,
        String host,
        EffectivePolicy effective,
        Mesh mesh,
        Report report,
        WorkBudget budget) {
      this.subject = subject;
      this.effective = effective;
      this.policies = effective.policies();
      this.mesh = mesh;
      this.report = report;
      this.budget = budget;
      this.forLocality = isForLocality(subject, effective);
      this.counts = new Counts(host, mesh, budget);
      this.ports = PortScope.of(new Registry(mesh).ports(host), budget);
    }

    private void check() {
      if (effective.topIsOwn()) {
        Level top = policies.top();
        checkBlock(top.at().at(DETECTION), Optional.empty());
        top.ports().values().forEach(entry -> checkBlock(entry.at(DETECTION), Optional.empty()));
        if (!subsetsDetect()) {
          checkLost(top);
        }
      }
      Iterator<Level> levels = policies.subsets().iterator();
      Optional<Level> next = next(levels);
      for (Cursor subset : subject.at("spec", "subsets").each()) {
        Cursor policy = subset.at("trafficPolicy");
        if (next.filter(level -> isAt(level, policy)).isPresent()) {
          Level level = next.get();
          checkBlock(policy.at(DETECTION), Optional.of(subset));
          level.ports().values().forEach(e -> checkBlock(e.at(DETECTION), Optional.of(subset)));
          checkLost(level);
          next = next(levels);
        }
      }
    }

    private static Optional<Level> next(Iterator<Level> levels) {
      return levels.hasNext() ? Optional.of(levels.next()) : Optional.empty();
    }

    private static boolean isAt(Level level, Cursor policy) {
      return level.at().pointer().equals(policy.pointer());
    }

    private boolean subsetsDetect() {
      return !effective.subsets().isEmpty()
          && effective.subsets().stream()
              .allMatch(subset -> subset.at("trafficPolicy", DETECTION).isPresent());
    }

    /** An entry for a port replaces everything, so what stands above it is not in force there. */
    private void checkLost(Level level) {
      level
          .ports()
          .forEach(
              (number, entry) -> {
                Cursor own = level.at().at(DETECTION);
                boolean above =
                    own.isPresent()
                        || (!policies.isTop(level)
                            && policies.effective(policies.top(), DETECTION, number).isPresent());
                PortScope port = ports.only(number);
                boolean lost =
                    above
                        && !entry.at(DETECTION).isPresent()
                        && !port.isEmpty()
                        && !isUdp(port)
                        && !entry.at("loadBalancer", "localityLbSetting").isPresent();
                if (lost) {
                  reportLost(entry, own, number);
                }
              });
    }

    private void reportLost(Cursor entry, Cursor block, int number) {
      Report.Draft draft = report.say(entry, "lost-on-port", number);
      if (block.isObject()) {
        draft.fix(
            Safety.UNSAFE,
            "copy",
            List.of(new PatchOp.Add(entry.at(DETECTION).pointer(), block.node().deepCopy())));
      }
    }

    private static boolean isUdp(PortScope port) {
      return port.ports()
          .filter(
              known ->
                  known.values().stream().map(ServicePort::protocol).allMatch(Protocol.UDP::equals))
          .isPresent();
    }

    private void checkBlock(Cursor block, Optional<Cursor> subset) {
      if (!block.isObject()) {
        return;
      }
      checkErrors(block);
      checkLocalFailures(block);
      Cursor percent = block.at(PERCENT);
      if (percent.integer().equals(OptionalLong.of(0))) {
        report.say(percent, "zero-percent");
      } else if (!checkShare(block, subset)) {
        checkPanic(block, subset);
      }
    }

    private void checkErrors(Cursor block) {
      Cursor old = block.at(OLD_ERRORS);
      Cursor errors = block.at(ERRORS);
      Cursor gateway = block.at(GATEWAY_ERRORS);
      if (isOther(errors) || isOther(gateway)) {
        return;
      }
      long all = errors.integer().orElse(DEFAULT_ERRORS);
      long some = gateway.integer().orElse(0);
      Applicability unread = mesh.facts().istio().in(IGNORES_OLD_ERRORS);
      if (old.isPresent() && unread != Applicability.NOWHERE) {
        reportOld(block, old, all, some, unread);
      } else if (all <= 0 && some <= 0 && !block.at(SPLIT).isTrue() && !forLocality) {
        report.say(errors, "nothing");
      }
      if (some > 0 && all > 0 && some >= all) {
        report.say(gateway, "never-decides", some, all).advice("lower-gateway-errors", all);
      }
    }

    private void reportOld(Cursor block, Cursor old, long all, long some, Applicability unread) {
      String key = all > 0 ? "not-read" : some > 0 ? "not-read-gateway" : "not-read-none";
      Report.Draft draft = report.say(old, key, all > 0 ? all : some).holds(unread);
      long wish = old.integer().orElse(0);
      boolean free = !block.at(ERRORS).isPresent() && !block.at(GATEWAY_ERRORS).isPresent();
      if (wish > 0 && free) {
        List<PatchOp> ops = new ArrayList<>();
        ops.add(new PatchOp.Remove(old.pointer()));
        ops.addAll(FieldPatch.put(block, number(wish), GATEWAY_ERRORS));
        ops.addAll(FieldPatch.put(block, number(0), ERRORS));
        draft.fix(Safety.UNSAFE, "say-gateway-errors", ops, wish);
      } else {
        draft.advice("remove-old");
      }
    }

    /** Without any error that counts it may still be there to switch locality on. */
    private static boolean isForLocality(Resource subject, EffectivePolicy effective) {
      Cursor top = subject.at("spec", "trafficPolicy");
      return hasLocality(top)
          || top.at("portLevelSettings").each().stream().anyMatch(Checker::hasLocality)
          || effective.subsets().stream()
              .map(subset -> subset.at("trafficPolicy"))
              .anyMatch(Checker::hasLocality);
    }

    private static boolean hasLocality(Cursor policy) {
      Cursor balancer = policy.at("loadBalancer");
      return balancer.at("localityLbSetting").isPresent()
          || balancer.at("zoneAwareLbSetting").isPresent();
    }

    private void checkLocalFailures(Cursor block) {
      Cursor failures = block.at(LOCAL_FAILURES);
      if (failures.integer().orElse(0) > 0 && !block.at(SPLIT).isTrue()) {
        report.say(failures, "no-split");
      }
    }

    /** Returns whether the share is too small to take out any endpoint. */
    private boolean checkShare(Cursor block, Optional<Cursor> subset) {
      Cursor written = block.at(PERCENT);
      Applicability holds = mesh.facts().istio().in(COUNTS_THE_FIRST);
      long share = written.integer().orElse(0);
      long percent = share > 0 ? share : DEFAULT_PERCENT;
      if (!holds.isMet() || isOther(written) || percent >= ALL) {
        return false;
      }
      Cursor at = written.isPresent() ? written : block;
      Optional<EndpointCount> all = counts.of(subset);
      if (all.filter(count -> isTooFew(count, percent)).isPresent()) {
        long most = all.get().most();
        Report.Draft draft =
            most == 1
                ? report.say(at, "single", percent)
                : report.say(at, "few", most, percent, least(most));
        draft.holds(holds);
        if (most > 1) {
          offer(draft, block);
        }
        return true;
      }
      if (subset.isPresent()) {
        return false;
      }
      for (Cursor one : effective.subsets()) {
        if (!budget.take(1)) {
          return false;
        }
        if (one.at("trafficPolicy", DETECTION).isPresent()) {
          continue;
        }
        Optional<EndpointCount> some = counts.of(Optional.of(one));
        if (some.filter(count -> isTooFew(count, percent)).isPresent()) {
          long most = some.get().most();
          report
              .say(at, "few-in-subset", one.at("name").text(""), most, percent, least(most))
              .holds(holds);
          return true;
        }
      }
      return false;
    }

    private static boolean isTooFew(EndpointCount count, long percent) {
      return count.most() >= 1 && ALL > percent * count.most();
    }

    private static long least(long endpoints) {
      return (ALL + endpoints - 1) / endpoints;
    }

    private void offer(Report.Draft draft, Cursor block) {
      long value = report.parameters().integer(PERCENT).orElse(ALL);
      if (value <= ALL) {
        draft.fix(Safety.UNSAFE, "fix", FieldPatch.put(block, number(value), PERCENT), value);
      }
    }

    /** With so few endpoints the first that is ejected makes Envoy use all of them again. */
    private void checkPanic(Cursor block, Optional<Cursor> subset) {
      Cursor healthy = block.at(HEALTHY);
      long percent = healthy.integer().orElse(0);
      if (percent <= 0) {
        return;
      }
      counts
          .of(subset)
          .filter(count -> count.least() == count.most() && !counts.publishesUnready())
          .filter(
              count -> (count.most() == 2 && percent > 50) || (count.most() == 3 && percent > 66))
          .ifPresent(
              count -> report.say(healthy, "panic", percent, count.most()).advice("lower-health"));
    }
  }

  private static boolean isOther(Cursor number) {
    return number.isPresent() && number.integer().isEmpty();
  }

  private static JsonNode number(long value) {
    return JsonNodeFactory.instance.numberNode((int) value);
  }

  /** How many endpoints a host has; looked up once for all subsets. */
  private static final class Counts {

    private final String host;
    private final Mesh mesh;
    private final WorkBudget budget;
    private Optional<ServiceEndpoints> endpoints = Optional.empty();
    private boolean read;

    private Counts(String host, Mesh mesh, WorkBudget budget) {
      this.host = host;
      this.mesh = mesh;
      this.budget = budget;
    }

    private Optional<EndpointCount> of(Optional<Cursor> subset) {
      if (!read) {
        read = true;
        endpoints = ServiceEndpoints.of(host, mesh, budget);
      }
      Map<String, String> labels =
          subset.map(one -> LabelSelector.labels(one.at("labels"))).orElse(Map.of());
      if (endpoints.isEmpty()) {
        return labels.isEmpty() ? ofEntry() : Optional.empty();
      }
      return budget.take(endpoints.get().workloads().size())
          ? EndpointCount.of(endpoints.get().in(labels), mesh).map(c -> certain(c, labels))
          : Optional.empty();
    }

    /** A label that no template shows may leave any of them out. */
    private static EndpointCount certain(EndpointCount count, Map<String, String> labels) {
      boolean shown = ServiceEndpoints.withoutAdded(labels).size() == labels.size();
      return shown ? count : new EndpointCount(0, count.most());
    }

    private boolean publishesUnready() {
      return endpoints
          .filter(e -> e.service().at("spec", "publishNotReadyAddresses").isTrue())
          .isPresent();
    }

    /** A ServiceEntry may list its endpoints itself, or stand for one name. */
    private Optional<EndpointCount> ofEntry() {
      Registry registry = new Registry(mesh);
      if (mesh.facts().multiCluster()
          || !registry.service(host).isAbsent()
          || !registry.entries(host).complete()
          || registry.entries(host).items().size() != 1) {
        return Optional.empty();
      }
      Cursor spec = registry.entries(host).items().get(0).at("spec");
      if (spec.at("resolution").is("DNS_ROUND_ROBIN")) {
        return Optional.of(new EndpointCount(1, 1));
      }
      int listed = spec.at("endpoints").node().size();
      return spec.at("resolution").is("STATIC")
              && !spec.at("workloadSelector").isPresent()
              && spec.at("endpoints").isArray()
          ? Optional.of(new EndpointCount(listed, listed))
          : Optional.empty();
    }
  }
}
