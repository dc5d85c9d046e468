package io.meshguard.rules.destination;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.istio.Age;
import io.meshguard.istio.DestinationRules;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A DestinationRule, or a part of one, that no client gets: another one for the host is in force
 * instead, or nobody looks it up where it stands (istio pilot/pkg/model/destination_rule.go {@code
 * mergeDestinationRule}, pilot/pkg/model/push_context.go {@code destinationRule} @1.30.3).
 */
public final class IneffectiveDestinationRule implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("ineffective-destination-rule")
          .subjects(Kind.DESTINATION_RULE)
          .reads(DestinationRules.READS)
          .reads(Visibility.READS)
          .reads(IstiodSettings.READS)
          .reads(RuleReaders.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.CIRCUIT_BREAKING, FaqEntry.LOCALITY, FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.NO_CLUSTER)
          .hides(Symptom.OVERFLOW, Symptom.NO_ENDPOINT)
          .build();

  /** Read up to 1.19, by default off. */
  private static final String INHERITANCE = "PILOT_ENABLE_DESTINATION_RULE_INHERITANCE";

  /** Argo Rollouts writes the subsets of such a rule. */
  private static final String ARGO = "argo-rollouts.argoproj.io/managed-by-rollouts";

  /** Before, only the first entry of exportTo was read. */
  private static final VersionRange FIRST_EXPORT = VersionRange.before("1.8");

  private static final VersionRange NO_SELECTOR = VersionRange.before("1.14");

  /** Steps through other DestinationRules for the host, their subsets and fields among them. */
  private static final int MOST_COMPARED = 100_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.controller().isPresent()
        || subject.annotation(ARGO).isPresent()
        || new IstiodSettings(mesh).isOn(INHERITANCE)) {
      return;
    }
    checkReaders(subject, mesh, report);
    if (DestinationRules.hasSelector(subject)) {
      return;
    }
    Comparison comparison = new Comparison(subject, mesh, report);
    DestinationRules.others(subject, mesh).ifPresent(comparison::check);
    if (comparison.budget.isOver()) {
      report.cutShort();
    }
  }

  private static void checkReaders(Resource subject, Mesh mesh, Report report) {
    Versions istio = mesh.facts().istio();
    RuleReaders readers = new RuleReaders(subject, mesh);
    Cursor host = subject.at("spec", "host");
    if (DestinationRules.hasSelector(subject)) {
      Cursor selector = subject.at("spec", "workloadSelector");
      if (!istio.in(NO_SELECTOR).isMet() && readers.selectsNobody()) {
        report.say(selector, "selects-nobody", subject.namespace());
      }
      return;
    }
    if (istio.in(FIRST_EXPORT).isMet() || !readers.standsElsewhere()) {
      return;
    }
    if (DestinationRules.leavesOutHome(subject)) {
      report.say(subject.at("spec", "exportTo"), "read-by-nobody").advice("move");
    } else if (readers.hasNoProxies()) {
      report.say(host, "no-proxies", subject.namespace()).advice("move");
    }
  }

  /** Compares a rule with the others of its namespace for the host. */
  private static final class Comparison {

    private final Resource subject;
    private final Mesh mesh;
    private final Report report;
    private final Applicability apart;
    private final Set<String> exportTo;
    private final WorkBudget budget = new WorkBudget(MOST_COMPARED);

    private Comparison(Resource subject, Mesh mesh, Report report) {
      this.subject = subject;
      this.mesh = mesh;
      this.report = report;
      this.apart = mesh.facts().istio().in(DestinationRules.TELLS_EXPORTS_APART);
      this.exportTo = DestinationRules.exportTo(subject);
    }

    private void check(List<Resource> others) {
      boolean policySaid = false;
      boolean apartSaid = false;
      boolean subsetsSaid = false;
      for (Resource other : others) {
        if (DestinationRules.hasSelector(other) || other.beingDeleted()) {
          continue;
        }
        Set<String> theirs = DestinationRules.exportTo(other);
        if (!budget.take(1L + exportTo.size() + theirs.size())) {
          return;
        }
        if (exportTo.equals(theirs) || apart == Applicability.NOWHERE) {
          // Of two that were created before this one the oldest counts; one finding is enough.
          policySaid = policySaid || checkPolicy(other);
          subsetsSaid = subsetsSaid || checkSubsets(other);
        } else if (apart.isMet()) {
          apartSaid = apartSaid || checkApart(other, theirs);
        }
      }
    }

    private boolean checkPolicy(Resource other) {
      Cursor policy = subject.at("spec", "trafficPolicy");
      Cursor theirs = other.at("spec", "trafficPolicy");
      Ternary older = Age.isOlder(other, subject);
      if (!policy.isObject() || !theirs.isPresent() || older == Ternary.FALSE) {
        return false;
      }
      Set<String> lost = lost(policy, theirs);
      if (lost.isEmpty()) {
        return false;
      }
      String key = older == Ternary.TRUE ? "policy-lost" : "policy-of-older";
      Report.Draft draft = report.say(policy, key, other.name(), String.join(", ", lost));
      draft.names(other.name()).advice("join", other.name());
      if (older == Ternary.UNKNOWN) {
        draft.unknownOrder();
      }
      return true;
    }

    /** Returns the fields of a policy that another one has not with the same value. */
    private Set<String> lost(Cursor policy, Cursor other) {
      Set<String> lost = new TreeSet<>();
      for (Cursor.Field field : policy.fields()) {
        budget.take(1);
        if (field.value().isPresent()
            && !field.value().node().equals(other.node().path(field.name()))) {
          lost.add(field.name());
        }
      }
      return lost;
    }

    private boolean checkSubsets(Resource other) {
      Ternary older = Age.isOlder(other, subject);
      List<Cursor> own = subject.at("spec", "subsets").each();
      if (own.isEmpty() || older == Ternary.FALSE) {
        return false;
      }
      Optional<Map<String, JsonNode>> theirs = subsets(other);
      boolean said = false;
      for (Cursor subset : own) {
        if (theirs.isEmpty() || !budget.take(1)) {
          return said;
        }
        Cursor name = subset.at("name");
        JsonNode rival = theirs.get().get(name.text(""));
        if (rival != null && !rival.equals(subset.node())) {
          String key = older == Ternary.TRUE ? "subset-lost" : "subset-of-older";
          Report.Draft draft = report.say(name, key, name.text(""), other.name());
          draft.names(other.name());
          if (older == Ternary.UNKNOWN) {
            draft.unknownOrder();
          }
          said = true;
        }
      }
      return said;
    }

    private Optional<Map<String, JsonNode>> subsets(Resource rule) {
      Map<String, JsonNode> subsets = new HashMap<>();
      for (Cursor subset : rule.at("spec", "subsets").each()) {
        if (!budget.take(1)) {
          return Optional.empty();
        }
        subset.at("name").text().ifPresent(name -> subsets.putIfAbsent(name, subset.node()));
      }
      return Optional.of(subsets);
    }

    /** Of rules with different exportTo a client takes the youngest that it may see. */
    private boolean checkApart(Resource other, Set<String> theirs) {
      Ternary older = Age.isOlder(other, subject);
      Cursor at = exportTo.isEmpty() ? subject.at("spec", "host") : subject.at("spec", "exportTo");
      if (isWithin(theirs, exportTo)) {
        Optional<String> left = leftOut(theirs);
        if (older == Ternary.TRUE && left.isPresent()) {
          report.say(at, "merged-away", other.name(), left.get()).holds(apart).names(other.name());
          return true;
        }
        return false;
      }
      if (isWithin(exportTo, theirs) || older == Ternary.TRUE || !loses(other) || saysAll(other)) {
        return false;
      }
      String key = older == Ternary.FALSE ? "younger-alone" : "youngest-alone";
      Report.Draft draft = report.say(at, key, other.name());
      draft.holds(apart).names(other.name()).advice("same-export", other.name());
      if (older == Ternary.UNKNOWN) {
        draft.unknownOrder();
      }
      return true;
    }

    /** Where the older one names some of the younger one's namespaces, the two are merged. */
    private static boolean isWithin(Set<String> some, Set<String> all) {
      return !some.isEmpty() && some.size() < all.size() && all.containsAll(some);
    }

    /**
     * What is merged is exported as the older one is, so the other namespaces get nothing; their
     * own namespace does, and so do all where the older one is for its own namespace only, which is
     * kept apart (istio pilot/pkg/model/push_context.go {@code setDestinationRules} @1.30.3).
     */
    private Optional<String> leftOut(Set<String> older) {
      String home = subject.namespace();
      boolean ofHome = older.size() == 1 && (older.contains(".") || older.contains(home));
      return ofHome || older.contains("*") || exportTo.contains("*")
          ? Optional.empty()
          : new TreeSet<>(exportTo)
              .stream()
                  .filter(name -> !older.contains(name) && !Set.of(".", home).contains(name))
                  .findFirst();
    }

    /**
     * Returns whether clients lose something by a younger rule that they see too. One with a policy
     * for fewer namespaces is there to replace the other one in these.
     */
    private boolean loses(Resource younger) {
      Set<Set<String>> mine = Visibility.of(subject, mesh).readings();
      Set<Set<String>> theirs = Visibility.of(younger, mesh).readings();
      if (mine.size() != 1 || theirs.size() != 1) {
        return false;
      }
      Set<String> left = mine.iterator().next();
      Set<String> right = theirs.iterator().next();
      boolean all = left.contains("*") || right.contains("*");
      boolean meet =
          all ? !left.isEmpty() && !right.isEmpty() : left.stream().anyMatch(right::contains);
      boolean whole = right.contains("*") || right.containsAll(left);
      return meet && (whole || !younger.at("spec", "trafficPolicy").isPresent());
    }

    /** Returns whether nothing is lost, since the other one says the same and perhaps more. */
    private boolean saysAll(Resource other) {
      Cursor policy = subject.at("spec", "trafficPolicy");
      Optional<Map<String, JsonNode>> theirs = subsets(other);
      return theirs.isEmpty()
          || (lost(policy, other.at("spec", "trafficPolicy")).isEmpty()
              && subject.at("spec", "subsets").each().stream()
                  .allMatch(one -> one.node().equals(theirs.get().get(one.at("name").text("")))));
    }
  }
}
