package io.meshguard.rules.headless;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.Registry;
import io.meshguard.istio.TrafficPolicies;
import io.meshguard.istio.TrafficPolicies.Level;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Load balancing for a headless Service: sidecars send each connection to the address that the
 * caller chose (istio pilot/pkg/networking/core/cluster.go {@code convertResolution} @1.30.3), also
 * where outlier detection has marked it as ejected (seen on Envoy 1.40).
 */
public final class LoadBalancerOnHeadlessService implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("load-balancer-on-headless-service")
          .subjects(Kind.DESTINATION_RULE)
          .reads(Kind.SERVICE, Kind.DEPLOYMENT, Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.HEADLESS, FaqEntry.LOCALITY)
          .build();

  /** Setting of istiod under which sidecars do balance load to headless Services. */
  private static final String BALANCED = "PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES";

  private static final Set<String> NO_WISH = Set.of("PASSTHROUGH", "UNSPECIFIED", "");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Registry registry = new Registry(mesh);
    Optional<Resource> service = registry.service(registry.destination(subject)).found();
    if (service.filter(Registry::isHeadless).isEmpty()
        || mayBeBalanced(mesh)
        || mayBeForGateways(subject, mesh)) {
      return;
    }
    TrafficPolicies policies = TrafficPolicies.of(subject);
    checkLevel(policies.top(), report);
    policies.subsets().forEach(subset -> checkLevel(subset, report));
  }

  private static boolean mayBeBalanced(Mesh mesh) {
    return new IstiodSettings(mesh).isOn(BALANCED);
  }

  /** Gateways do balance load to headless Services, and mostly run in the root namespace. */
  private static boolean mayBeForGateways(Resource destinationRule, Mesh mesh) {
    List<Cursor> exportTo = destinationRule.at("spec", "exportTo").each();
    boolean toRoot =
        !exportTo.isEmpty()
            && exportTo.stream()
                .allMatch(to -> mesh.facts().rootNamespaces().contains(to.text("")));
    return toRoot || destinationRule.at("spec", "workloadSelector").isPresent();
  }

  private static void checkLevel(Level level, Report report) {
    checkPolicy(level.at(), report);
    level.ports().values().forEach(entry -> checkPolicy(entry, report));
  }

  private static void checkPolicy(Cursor policy, Report report) {
    Cursor balancer = policy.at("loadBalancer");
    Stream.of("consistentHash", "localityLbSetting", "warmup", "warmupDurationSecs")
        .filter(field -> balancer.at(field).isPresent())
        .forEach(field -> say(balancer.at(field), field, report));
    Cursor simple = balancer.at("simple");
    if (!NO_WISH.contains(simple.text(""))) {
      say(simple, "simple", report);
    }
    Cursor detection = policy.at("outlierDetection");
    if (detection.isPresent()) {
      say(detection, "outlierDetection", report);
    }
  }

  private static void say(Cursor at, String field, Report report) {
    report.say(at, "found", Message.verbatim(field)).advice("advice");
  }
}
