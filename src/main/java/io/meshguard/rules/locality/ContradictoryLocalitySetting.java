package io.meshguard.rules.locality;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.LocalityFailover;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.Registry;
import io.meshguard.istio.TrafficPolicies;
import io.meshguard.istio.TrafficPolicies.Level;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Nearest;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.traffic.PassedHosts;
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Locality settings of which one half excludes the other, so that Istio refuses the object or
 * leaves one half out (istio pkg/config/validation/agent/validation.go {@code
 * ValidateLocalityLbSetting}, pilot/pkg/networking/core/loadbalancer/loadbalancer.go {@code
 * ApplyLocalityLoadBalancer} @1.30.3).
 */
public final class ContradictoryLocalitySetting implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("contradictory-locality-setting")
          .subjects(Kind.DESTINATION_RULE, Kind.CONFIG_MAP)
          .reads(Registry.READS)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.LOCALITY)
          .build();

  private static final String REGION = "topology.kubernetes.io/region";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String SUBZONE = "topology.istio.io/subzone";

  /** Labels that Istio puts on endpoints and knows of proxies. */
  private static final List<String> TOPOLOGY =
      List.of(
          REGION,
          ZONE,
          SUBZONE,
          "topology.istio.io/network",
          "topology.istio.io/cluster",
          "kubernetes.io/hostname");

  private static final Map<String, String> OLD_NAMES =
      Map.of(
          "failure-domain.beta.kubernetes.io/region", REGION,
          "failure-domain.beta.kubernetes.io/zone", ZONE,
          "topology.istio.io/region", REGION,
          "topology.istio.io/zone", ZONE,
          "topology.kubernetes.io/subzone", SUBZONE);

  private static final Set<String> REFUSED_BESIDE_FAILOVER = Set.of(REGION, ZONE, SUBZONE);

  /** Before, failover was not looked at where there was a failoverPriority. */
  private static final VersionRange ONE_OF_BOTH = VersionRange.between("1.12", "1.20");

  private static final VersionRange ZONE_AWARE = VersionRange.from("1.31");

  private static final int NEAR = 2;

  /** Labels of one setting that are compared with those that Istio knows. */
  private static final int MOST_LABELS = 100;

  private static final long ALL = 100;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Versions istio = mesh.facts().istio();
    if (subject.kind().equals(Kind.CONFIG_MAP)) {
      checkMeshConfig(subject, mesh, report);
      return;
    }
    Registry registry = new Registry(mesh);
    boolean chosen = !PassedHosts.isPassed(registry.destination(subject), registry);
    TrafficPolicies policies = TrafficPolicies.of(subject);
    checkLevel(policies.top(), chosen, istio, report);
    policies.subsets().forEach(subset -> checkLevel(subset, chosen, istio, report));
  }

  private static void checkMeshConfig(Resource map, Mesh mesh, Report report) {
    Cursor text = map.at("data", "mesh");
    if (MeshConfig.isCarrier(map, mesh) && text.text().isPresent()) {
      for (MeshConfig config : MeshConfig.of(map)) {
        Cursor setting = config.config().at("localityLbSetting");
        new Setting(setting, Optional.of(text), mesh.facts().istio(), report).check(true);
      }
    }
  }

  private static void checkLevel(Level level, boolean chosen, Versions istio, Report report) {
    checkBalancer(level.at().at("loadBalancer"), chosen, istio, report);
    level
        .ports()
        .values()
        .forEach(entry -> checkBalancer(entry.at("loadBalancer"), chosen, istio, report));
  }

  private static void checkBalancer(
      Cursor balancer, boolean chosen, Versions istio, Report report) {
    Cursor setting = balancer.at("localityLbSetting");
    Applicability known = istio.in(ZONE_AWARE);
    Cursor other = balancer.at("zoneAwareLbSetting");
    if (setting.isObject() && other.isObject() && known != Applicability.NOWHERE) {
      report.say(other, "both-settings").holds(known);
    }
    new Setting(setting, Optional.empty(), istio, report).check(chosen);
  }

  /**
   * One locality setting.
   *
   * @param at where it stands
   * @param shown where its findings are shown, if it stands in a text
   */
  private record Setting(Cursor at, Optional<Cursor> shown, Versions istio, Report report) {

    void check(boolean chosen) {
      if (!at.isObject() || at.at("enabled").bool().filter(on -> !on).isPresent()) {
        return;
      }
      Cursor failover = at.at("failover");
      Cursor priority = at.at("failoverPriority");
      if (LocalityFailover.distributes(at)) {
        if (failover.isNonEmpty()) {
          say(failover, "beside-distribute");
        } else if (priority.isNonEmpty() && chosen) {
          say(priority, "priority-ignored");
        }
        at.at("distribute").each().forEach(this::checkWeights);
        return;
      }
      failover.each().forEach(this::checkFailover);
      if (failover.isNonEmpty() && priority.isNonEmpty()) {
        checkBoth(failover, priority);
      }
      if (chosen) {
        priority.each().stream().limit(MOST_LABELS).forEach(this::checkLabel);
        if (priority.node().size() > MOST_LABELS) {
          report.cutShort();
        }
      }
    }

    private Report.Draft say(Cursor place, String key, Object... arguments) {
      Report.Draft draft =
          report.say(shown.orElse(place), shown.isPresent() ? "mesh-" + key : key, arguments);
      shown.ifPresent(text -> draft.names(place));
      return draft;
    }

    private void checkWeights(Cursor entry) {
      Cursor to = entry.at("to");
      long sum = 0;
      for (Cursor.Field weight : to.fields()) {
        OptionalLong number = weight.value().integer();
        if (number.isEmpty()) {
          return;
        }
        sum += number.getAsLong();
      }
      if (to.isObject() && sum != ALL) {
        say(to, "weights", sum);
      }
    }

    private void checkFailover(Cursor entry) {
      String from = entry.at("from").text("");
      String to = entry.at("to").text("");
      Optional<String> wrong =
          List.of(from, to).stream()
              .filter(name -> name.contains("/") || name.contains("*"))
              .findFirst();
      if (wrong.isPresent()) {
        say(entry, "no-region", wrong.get()).advice("use-priority");
      } else if (!from.isEmpty() && from.equals(to)) {
        say(entry, "same-region", from);
      }
    }

    private void checkBoth(Cursor failover, Cursor priority) {
      Optional<String> topology =
          priority.each().stream()
              .map(label -> label.text(""))
              .filter(REFUSED_BESIDE_FAILOVER::contains)
              .findFirst();
      if (topology.isPresent()) {
        say(failover, "beside-priority", topology.get());
        return;
      }
      Applicability old = istio.in(ONE_OF_BOTH);
      if (old.isMet()) {
        say(failover, "failover-ignored").holds(old);
      }
    }

    private void checkLabel(Cursor label) {
      String written = label.text("");
      int equals = written.indexOf('=');
      String name = equals < 0 ? written : written.substring(0, equals);
      if (TOPOLOGY.contains(name)) {
        return;
      }
      Optional<String> meant =
          Optional.ofNullable(OLD_NAMES.get(name)).or(() -> Nearest.to(name, TOPOLOGY, NEAR));
      if (meant.isEmpty()) {
        return;
      }
      Report.Draft draft = say(label, "no-such-label", name, meant.get());
      if (shown.isEmpty()) {
        String value = equals < 0 ? meant.get() : meant.get() + written.substring(equals);
        draft.fix(
            Safety.UNSAFE,
            "fix",
            List.of(new PatchOp.Replace(label.pointer(), JsonNodeFactory.instance.textNode(value))),
            value);
      }
    }
  }
}
