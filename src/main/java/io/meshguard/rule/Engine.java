package io.meshguard.rule;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.mesh.Discovery;
import io.meshguard.mesh.Versions.Holds;
import io.meshguard.rule.Verdict.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Runs rules over an object and turns what they find into a verdict under given settings. */
public final class Engine {

  private static final Comparator<Judged> BY_PLACE =
      Comparator.comparing((Judged judged) -> judged.finding().path(), PointerOrder.INSTANCE)
          .thenComparing(judged -> judged.finding().rule().id());

  private final List<Rule> rules;

  /** Makes an engine of rules; their order is the order in which fixes are applied. */
  public Engine(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Returns the rules, in order. */
  public List<Rule> rules() {
    return rules;
  }

  /**
   * Judges an object as it is. A rule that throws is skipped and named in {@link Verdict#faults()};
   * an object that is being deleted is left alone. Rules look around as istiod does, which may pass
   * over whole namespaces; on an object in one of these most have nothing to say.
   */
  public Verdict judge(Review review) {
    return judge(review, decision -> decision.mode() != Mode.OFF);
  }

  /** Judges an object by those rules only of which settings decide so. */
  Verdict judge(Review review, Predicate<Decision> asked) {
    List<Judged> judged = new ArrayList<>();
    List<Message> notices = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    List<RuleInfo> cutShort = new ArrayList<>();
    Discovery discovery = Discovery.of(review.mesh());
    boolean passedOver = discovery.passesOver(review.object(), review.mesh());
    boolean silenced = false;
    if (!review.object().beingDeleted()) {
      boolean all = discovery.leftOut().isEmpty();
      Review seen = all ? review : review.in(discovery.seenIn(review.mesh()));
      Optional<Review> whole = all ? Optional.empty() : Optional.of(review);
      for (Rule rule : rules) {
        if (!applies(rule.info(), review)) {
          continue;
        }
        if (passedOver && !rule.info().beyondDiscovery()) {
          silenced = true;
        } else {
          judge(rule, seen, whole, asked, judged, notices, faults, cutShort);
        }
      }
    }
    judged.sort(BY_PLACE);
    return new Verdict(review.object(), judged, notices, faults, cutShort, silenced);
  }

  /**
   * Mends an object: applies the fixes of what settings want fixed, as far as a live object may be
   * touched, until nothing is left to mend. Rules that settings do not want fixed are not run.
   */
  public Mending mend(Review review) {
    return new Mender(asked -> judge(asked, decision -> decision.mode() == Mode.FIX))
        .mend(review, judged -> judged.mode() == Mode.FIX);
  }

  private void judge(
      Rule rule,
      Review review,
      Optional<Review> whole,
      Predicate<Decision> asked,
      List<Judged> judged,
      List<Message> notices,
      List<Fault> faults,
      List<RuleInfo> cutShort) {
    RuleInfo info = rule.info();
    try {
      Decision decision = review.settings().decide(info, review.subject());
      notices.addAll(decision.notices());
      if (!asked.test(decision)) {
        return;
      }
      Report report = run(rule, review, decision);
      if (report.isCutShort()) {
        cutShort.add(info);
      }
      List<Finding> findings = confirmed(report.findings(), rule, whole, decision);
      Map<String, Integer> known = knownBefore(rule, review, decision, findings);
      for (Finding finding : findings) {
        judged.add(ruling(finding, decision, review, known));
      }
    } catch (RuntimeException | StackOverflowError e) {
      faults.add(new Fault(info, e));
    }
  }

  private static boolean applies(RuleInfo info, Review review) {
    return info.subjects().contains(review.object().kind())
        && !(info.linterOnly() && review.live());
  }

  /**
   * Drops findings at places where the rule finds nothing in the whole mesh: what istiod passes
   * over may silence a rule, but nobody understands one that speaks because of it.
   */
  private static List<Finding> confirmed(
      List<Finding> findings, Rule rule, Optional<Review> whole, Decision decision) {
    if (findings.isEmpty() || whole.isEmpty()) {
      return findings;
    }
    Set<JsonPointer> places =
        run(rule, whole.get(), decision).findings().stream()
            .map(Finding::path)
            .collect(Collectors.toSet());
    return findings.stream().filter(finding -> places.contains(finding.path())).toList();
  }

  private static Report run(Rule rule, Review review, Decision decision) {
    Report report = new Report(rule, review.object(), decision.parameters());
    rule.check(review.object(), review.mesh(), report);
    return report;
  }

  /** Returns how often the stored object has each finding; empty where that does not matter. */
  private static Map<String, Integer> knownBefore(
      Rule rule, Review review, Decision decision, List<Finding> findings) {
    Map<String, Integer> known = new HashMap<>();
    boolean matters =
        decision.mode() == Mode.FIX
            || (decision.mode() == Mode.DENY && review.settings().ratchet());
    if (matters && !findings.isEmpty() && review.old().isPresent()) {
      Review before = review.of(review.old().get());
      run(rule, before, decision)
          .findings()
          .forEach(finding -> known.merge(finding.fingerprint(), 1, Integer::sum));
    }
    return known;
  }

  private static Judged ruling(
      Finding finding, Decision decision, Review review, Map<String, Integer> known) {
    Judged judged =
        new Judged(
            finding,
            decision.mode(),
            decision,
            decision.mode() == decision.configured()
                ? Optional.empty()
                : Optional.of(Because.ENFORCEMENT));
    if (decision.exemption().isPresent()) {
      return judged.lowered(Mode.OFF, Because.EXEMPTION);
    }
    return switch (judged.mode()) {
      case OFF, WARN -> judged;
      case DENY -> denial(judged, review, known);
      case FIX -> mending(judged, review, known);
    };
  }

  private static Judged denial(Judged judged, Review review, Map<String, Integer> known) {
    if (judged.finding().holds() != Holds.EVERYWHERE) {
      return judged.lowered(Mode.WARN, Because.UNKNOWN_VERSION);
    }
    if (judged.finding().neverDenied().isPresent()) {
      return judged.lowered(Mode.WARN, judged.finding().neverDenied().get());
    }
    if (!review.live()) {
      return judged;
    }
    if (restsOnStale(judged, review)) {
      return judged.lowered(Mode.WARN, Because.STALE_MESH);
    }
    if (Upkeep.of(review.object(), review.subject().requester()) == Upkeep.CONTROLLER) {
      return judged.lowered(Mode.WARN, Because.CONTROLLER);
    }
    String fingerprint = judged.finding().fingerprint();
    if (known.getOrDefault(fingerprint, 0) > 0) {
      known.merge(fingerprint, -1, Integer::sum);
      return judged.lowered(Mode.WARN, Because.RATCHET);
    }
    if (review.dryRun() && !review.settings().dryRunEnforced(review.subject())) {
      return judged.lowered(Mode.WARN, Because.DRY_RUN);
    }
    return judged;
  }

  private static boolean restsOnStale(Judged judged, Review review) {
    return judged.finding().rule().reads().stream().anyMatch(review.mesh()::stale);
  }

  private static Judged mending(Judged judged, Review review, Map<String, Integer> known) {
    Finding finding = judged.finding();
    Optional<Fix> fix = finding.fix().filter(Fix::applicable);
    if (fix.isEmpty()) {
      return new Judged(finding, Mode.WARN, judged.decision(), judged.because());
    }
    if (finding.holds() != Holds.EVERYWHERE) {
      return judged.lowered(Mode.WARN, Because.UNKNOWN_VERSION);
    }
    if (!review.live()) {
      return judged;
    }
    if (restsOnStale(judged, review)) {
      return judged.lowered(Mode.WARN, Because.STALE_MESH);
    }
    boolean stored = known.merge(finding.fingerprint(), -1, Integer::sum) >= 0;
    return FixGate.closed(finding, fix.get(), review, stored)
        .map(because -> judged.lowered(Mode.WARN, because))
        .orElse(judged);
  }
}
