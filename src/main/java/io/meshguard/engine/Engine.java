package io.meshguard.engine;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.deadline.Deadline;
import io.meshguard.deadline.DeadlineExceededException;
import io.meshguard.engine.Verdict.Fault;
import io.meshguard.istio.Discovery;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Resource;
import io.meshguard.rule.DowngradeReason;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.yaml.PointerOrder;
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

  private static final Comparator<GradedFinding> BY_PLACE =
      Comparator.comparing((GradedFinding judged) -> judged.finding().path(), PointerOrder.INSTANCE)
          .thenComparing(judged -> judged.finding().rule().id());

  /**
   * Findings of one rule on one object of a cluster. Nobody reads as many, and an object of a few
   * kilobytes can have so many that they take up the memory of the server.
   */
  private static final int MOST_FINDINGS = 2_000;

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
    Judging judging = new Judging(review, asked);
    if (!review.leaving()) {
      judging.all();
    }
    return judging.verdict();
  }

  /**
   * Mends an object: applies the fixes of what settings want fixed, as far as a live object may be
   * touched, until nothing is left to mend. Rules that settings do not want fixed are not run.
   */
  public FixResult mend(Review review) {
    return new Fixer(asked -> judge(asked, decision -> decision.mode() == Mode.FIX))
        .mend(review, judged -> judged.mode() == Mode.FIX);
  }

  /** One object before all rules, and what they said so far. */
  private final class Judging {
    private final Review review;
    private final Predicate<Decision> asked;
    private final List<GradedFinding> judged = new ArrayList<>();
    private final List<Message> notices = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final List<RuleInfo> cutShort = new ArrayList<>();
    private boolean silenced;

    Judging(Review review, Predicate<Decision> asked) {
      this.review = review;
      this.asked = asked;
    }

    Verdict verdict() {
      judged.sort(BY_PLACE);
      return new Verdict(review.object(), judged, notices, faults, cutShort, silenced);
    }

    /** A rule for which no time is left counts as one that left something unjudged. */
    void all() {
      List<Rule> applying = rules.stream().filter(rule -> applies(rule.info(), review)).toList();
      if (applying.isEmpty()) {
        return;
      }
      try {
        Discovery discovery = Discovery.of(review.mesh());
        boolean passedOver = discovery.passesOver(review.object(), review.mesh());
        boolean everywhere = discovery.leftOut().isEmpty();
        Review seen = everywhere ? review : review.in(discovery.seenIn(review.mesh()));
        Optional<Review> whole = everywhere ? Optional.empty() : Optional.of(review);
        for (Rule rule : applying) {
          if (passedOver && !rule.info().beyondDiscovery()) {
            silenced = true;
          } else {
            one(rule, seen, whole);
          }
        }
      } catch (DeadlineExceededException e) {
        applying.forEach(rule -> cutShort.add(rule.info()));
      }
    }

    /** A rule gets half of the time that is left, so that no rule takes that of all others. */
    private void one(Rule rule, Review seen, Optional<Review> whole) {
      RuleInfo info = rule.info();
      try {
        Decision decision = seen.settings().decide(info, seen.subject());
        notices.addAll(decision.notices());
        if (!asked.test(decision)) {
          return;
        }
        if (Deadline.isOver()) {
          cutShort.add(info);
          return;
        }
        judged.addAll(Deadline.withinHalf(() -> judge(rule, seen, whole, decision)));
      } catch (DeadlineExceededException e) {
        cutShort.add(info);
      } catch (RuntimeException | StackOverflowError e) {
        faults.add(new Fault(info, e));
      }
    }

    private List<GradedFinding> judge(
        Rule rule, Review seen, Optional<Review> whole, Decision decision) {
      Report report = run(rule, seen, decision);
      List<Finding> findings = confirmed(report.findings(), rule, whole, decision);
      if (report.isCutShort()) {
        cutShort.add(rule.info());
      }
      Map<String, Integer> known = knownBefore(rule, seen, decision, findings);
      List<GradedFinding> said = new ArrayList<>();
      for (Finding finding : findings) {
        said.add(ruling(finding, decision, seen, known));
      }
      return said;
    }
  }

  private static boolean applies(RuleInfo info, Review review) {
    return info.isAbout(review.object().kind()) && !(info.linterOnly() && review.live());
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
    int most = review.live() ? MOST_FINDINGS : Integer.MAX_VALUE;
    Resource subject = ObjectManager.believed(review);
    Report report = new Report(rule, subject, decision.parameters(), most);
    rule.check(subject, review.mesh(), report);
    return report;
  }

  /** Returns how often the stored object has each finding; empty where that does not matter. */
  private static Map<String, Integer> knownBefore(
      Rule rule, Review review, Decision decision, List<Finding> findings) {
    Map<String, Integer> known = new HashMap<>();
    boolean denies = decision.mode() == Mode.DENY;
    boolean matters = decision.mode() == Mode.FIX || (denies && review.settings().ratchet());
    if (matters && !findings.isEmpty() && review.old().isPresent()) {
      Review before = review.of(review.old().get());
      if (denies && excused(rule.info(), before, review, decision)) {
        return known;
      }
      run(rule, before, decision).findings().stream()
          .filter(finding -> !denies || finding.isDeniable())
          .forEach(finding -> known.merge(finding.fingerprint(), 1, Integer::sum));
    }
    return known;
  }

  /**
   * Returns whether the stored object says something of itself that lets its findings in, which the
   * new one does not say any more: else two requests would store what one must not.
   */
  private static boolean excused(RuleInfo rule, Review before, Review review, Decision decision) {
    return ObjectManager.letGo(before.object(), review.object())
        || (decision.exemption().isEmpty()
            && review.settings().decide(rule, before.subject()).exemption().isPresent());
  }

  private static GradedFinding ruling(
      Finding finding, Decision decision, Review review, Map<String, Integer> known) {
    GradedFinding judged =
        new GradedFinding(
            finding,
            decision.mode(),
            decision,
            decision.mode() == decision.configured()
                ? Optional.empty()
                : Optional.of(DowngradeReason.ENFORCEMENT));
    if (decision.exemption().isPresent()) {
      return judged.lowered(Mode.OFF, DowngradeReason.EXEMPTION);
    }
    return switch (judged.mode()) {
      case OFF, WARN -> judged;
      case DENY -> denial(judged, review, known);
      case FIX -> mending(judged, review, known);
    };
  }

  private static GradedFinding denial(
      GradedFinding judged, Review review, Map<String, Integer> known) {
    if (!judged.finding().isCertain()) {
      return judged.lowered(Mode.WARN, DowngradeReason.UNKNOWN_VERSION);
    }
    if (judged.finding().neverDenied().isPresent()) {
      return judged.lowered(Mode.WARN, judged.finding().neverDenied().get());
    }
    if (!review.live()) {
      return judged;
    }
    if (restsOnStale(judged, review)) {
      return judged.lowered(Mode.WARN, DowngradeReason.STALE_MESH);
    }
    if (ObjectManager.byController(review)) {
      return judged.lowered(Mode.WARN, DowngradeReason.CONTROLLER);
    }
    String fingerprint = judged.finding().fingerprint();
    if (known.getOrDefault(fingerprint, 0) > 0) {
      known.merge(fingerprint, -1, Integer::sum);
      return judged.lowered(Mode.WARN, DowngradeReason.RATCHET);
    }
    if (review.dryRun() && !review.settings().dryRunEnforced(review.subject())) {
      return judged.lowered(Mode.WARN, DowngradeReason.DRY_RUN);
    }
    return judged;
  }

  private static boolean restsOnStale(GradedFinding judged, Review review) {
    return judged.finding().rule().reads().stream().anyMatch(review.mesh()::stale);
  }

  private static GradedFinding mending(
      GradedFinding judged, Review review, Map<String, Integer> known) {
    Finding finding = judged.finding();
    Optional<Fix> fix = finding.fix().filter(Fix::applicable);
    if (fix.isEmpty()) {
      return new GradedFinding(finding, Mode.WARN, judged.decision(), judged.because());
    }
    if (finding.holds() != Applicability.EVERYWHERE) {
      return judged.lowered(Mode.WARN, DowngradeReason.UNKNOWN_VERSION);
    }
    if (!review.live()) {
      return judged;
    }
    if (restsOnStale(judged, review)) {
      return judged.lowered(Mode.WARN, DowngradeReason.STALE_MESH);
    }
    boolean stored = known.merge(finding.fingerprint(), -1, Integer::sum) >= 0;
    return FixGate.closed(finding, fix.get(), review, stored)
        .map(because -> judged.lowered(Mode.WARN, because))
        .orElse(judged);
  }
}
