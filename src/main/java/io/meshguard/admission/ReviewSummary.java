package io.meshguard.admission;

import io.meshguard.engine.FixResult;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.engine.Verdict.Fault;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.SafeText;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is counted and logged of a review, without the object.
 *
 * @param unknownKind whether no rule reports on the kind of the object
 * @param object names the object
 * @param findings each finding's rule and mode
 * @param cutShort rules that left something unjudged
 * @param faults rules that failed by themselves
 */
record ReviewSummary(
    boolean unknownKind,
    String object,
    List<Found> findings,
    List<String> cutShort,
    List<Fault> faults) {

  /** Nothing was to be judged. */
  static final ReviewSummary NOTHING =
      new ReviewSummary(false, "", List.of(), List.of(), List.of());

  /** No rule reports on the kind. */
  static final ReviewSummary UNKNOWN_KIND =
      new ReviewSummary(true, "", List.of(), List.of(), List.of());

  /**
   * A finding.
   *
   * @param mode what became of it, {@code exempt} included
   */
  record Found(String rule, String mode) {
    private static Found of(GradedFinding judged) {
      String mode = judged.exempt() ? "exempt" : judged.mode().text();
      return new Found(judged.finding().rule().id(), mode);
    }
  }

  /** Takes down what a verdict says. */
  static ReviewSummary of(Verdict verdict) {
    return new ReviewSummary(
        false,
        SafeText.escape(verdict.object().ref().toString()),
        verdict.judged().stream().map(Found::of).toList(),
        verdict.cutShort().stream().map(RuleInfo::id).toList(),
        verdict.faults());
  }

  /** Takes down what became of a mending. */
  static ReviewSummary of(FixResult mending) {
    String object = SafeText.escape(mending.object().ref().toString());
    return new ReviewSummary(
        false,
        object,
        List.of(),
        mending.cutShort().stream().map(RuleInfo::id).toList(),
        mending.faults());
  }

  /** Returns the rules that deny. */
  Set<String> denying() {
    return findings.stream()
        .filter(found -> found.mode().equals(Mode.DENY.text()))
        .map(Found::rule)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
