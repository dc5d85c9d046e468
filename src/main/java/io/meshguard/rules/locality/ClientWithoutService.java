package io.meshguard.rules.locality;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.Map;
import java.util.Set;

/**
 * A client that no Service selects: before 1.17 the control plane learned a proxy's region and zone
 * from its first Service only (istio release notes 42414 @1.17.0).
 */
public final class ClientWithoutService implements Rule {

  private static final VersionRange BY_SERVICE = VersionRange.before("1.17");

  private static final String YES = "yes";

  private static final Index USING_LOCALITY =
      new Index(
          "destination-rules-using-locality",
          Kind.DESTINATION_RULE,
          rule -> usesLocality(rule.at("spec")) ? Set.of(YES) : Set.of());

  private static final RuleInfo INFO =
      RuleInfo.rule("client-without-service")
          .subjects(PodTemplate.WORKLOADS)
          .reads(Injection.READS)
          .reads(Kind.SERVICE, Kind.DESTINATION_RULE)
          .faq(FaqEntry.LOCALITY)
          .istio(BY_SERVICE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Workload.of(subject)
        .filter(workload -> !workload.isGateway())
        .ifPresent(workload -> check(workload, mesh, report));
  }

  private static void check(Workload workload, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    Decision decision = injection.decide(workload);
    Applicability holds = injection.versions(decision).in(BY_SERVICE);
    boolean old = holds.isMet();
    if (!old || !decision.expected() || mesh.list(USING_LOCALITY, YES).items().isEmpty()) {
      return;
    }
    Listing services = mesh.list(Kind.SERVICE, workload.namespace());
    Map<String, String> own = workload.labels();
    boolean selected = services.items().stream().anyMatch(service -> selects(service, own));
    if (services.complete() && !selected) {
      Cursor labels = workload.template().metadata().at("labels");
      report.say(labels.isPresent() ? labels : workload.template().at(), "found").holds(holds);
    }
  }

  private static boolean selects(Resource service, Map<String, String> labels) {
    Map<String, String> selector = LabelSelector.labels(service.at("spec", "selector"));
    return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
  }

  /** Locality is on by default and works where outlier detection is set. */
  private static boolean usesLocality(Cursor spec) {
    if (usesLocalityHere(spec.at("trafficPolicy"))) {
      return true;
    }
    return spec.at("subsets").each().stream()
        .anyMatch(subset -> usesLocalityHere(subset.at("trafficPolicy")));
  }

  private static boolean usesLocalityHere(Cursor policy) {
    Cursor setting = policy.at("loadBalancer", "localityLbSetting");
    boolean off = setting.at("enabled").bool().filter(on -> !on).isPresent();
    boolean here = !off && (setting.isObject() || policy.at("outlierDetection").isObject());
    return here
        || policy.at("portLevelSettings").each().stream()
            .anyMatch(ClientWithoutService::usesLocalityHere);
  }
}
