package io.meshguard.upgrade;

import io.meshguard.istio.DestinationRules;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Changes that a DestinationRule shows. */
final class DestinationChanges {

  private static final Set<Kind> KINDS = Set.of(Kind.DESTINATION_RULE);

  private DestinationChanges() {}

  static List<DefaultChange> all() {
    return List.of(
        DefaultChange.istio(
                "max-ejection-percent",
                "1.20",
                Impact.MEDIUM,
                "envoyproxy/envoy changelogs/1.28.0.yaml",
                KINDS,
                (rule, crossing) -> parts(rule, "outlierDetection", DestinationChanges::isCapped))
            .by("maxEjectionPercent: 100"),
        DefaultChange.istio(
                "verify-server-certificate",
                "1.21",
                Impact.HIGH,
                "releasenotes/notes/enable-verify-certificate-at-client.yaml@1.21.0",
                KINDS,
                (rule, crossing) -> parts(rule, "tls", DestinationChanges::isUnverified))
            .by("insecureSkipVerify: true")
            .keptBy(Flag.until("VERIFY_CERTIFICATE_AT_CLIENT", "false", "1.24")),
        DefaultChange.istio(
                "automatic-sni",
                "1.21",
                Impact.HIGH,
                "releasenotes/notes/enable-auto-sni.yaml@1.21.0",
                KINDS,
                (rule, crossing) -> parts(rule, "tls", DestinationChanges::isNameless))
            .keptBy(Flag.until("ENABLE_AUTO_SNI", "false", "1.26")),
        DefaultChange.istio(
                "destination-rule-merge",
                "1.24",
                Impact.HIGH,
                "releasenotes/notes/52519.yaml@1.24.0",
                KINDS,
                DestinationChanges::merged)
            .keptBy(Flag.of("ENABLE_ENHANCED_DESTINATIONRULE_MERGE", "false")));
  }

  private static List<Cursor> parts(Resource rule, String part, Predicate<Cursor> touched) {
    List<Cursor> policies = new ArrayList<>();
    addLevels(rule.at("spec", "trafficPolicy"), policies);
    rule.at("spec", "subsets")
        .each()
        .forEach(subset -> addLevels(subset.at("trafficPolicy"), policies));
    return policies.stream()
        .map(policy -> policy.at(part))
        .filter(Cursor::isObject)
        .filter(touched)
        .toList();
  }

  private static void addLevels(Cursor policy, List<Cursor> policies) {
    policies.add(policy);
    policies.addAll(policy.at("portLevelSettings").each());
  }

  private static boolean isCapped(Cursor outlierDetection) {
    return outlierDetection.at("maxEjectionPercent").integer().orElse(10) < 100;
  }

  private static boolean isUnverified(Cursor tls) {
    return originates(tls)
        && tls.at("caCertificates").text("").isEmpty()
        && tls.at("credentialName").text("").isEmpty()
        && !tls.at("insecureSkipVerify").isTrue();
  }

  private static boolean isNameless(Cursor tls) {
    return originates(tls) && tls.at("sni").text("").isEmpty();
  }

  /** With ISTIO_MUTUAL names and authorities are Istio's own. */
  private static boolean originates(Cursor tls) {
    return tls.at("mode").is("SIMPLE") || tls.at("mode").is("MUTUAL");
  }

  private static List<Cursor> merged(Resource rule, Crossing crossing) {
    if (DestinationRules.hasSelector(rule)) {
      return List.of();
    }
    Set<String> own = DestinationRules.exportTo(rule);
    boolean apart =
        DestinationRules.others(rule, crossing.after()).stream()
            .flatMap(List::stream)
            .anyMatch(
                other ->
                    !DestinationRules.hasSelector(other)
                        && !DestinationRules.exportTo(other).equals(own));
    return apart ? List.of(rule.at("spec", "exportTo")) : List.of();
  }
}
