package io.meshguard.report;

import io.meshguard.audit.Inventory;
import io.meshguard.audit.Owner;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.rule.DowngradeReason;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Mode;
import java.util.List;
import java.util.Optional;

/**
 * What came of looking at many objects.
 *
 * @param verdicts one for each object, in the order in which they are shown
 * @param errors what could not be read
 * @param docsUrl what stands before a rule's id in a link to its page; empty for no links
 * @param inventory what is listed besides findings, where a cluster was looked at
 * @param owners where owners are looked for, by whom findings are then grouped
 */
public record CheckReport(
    List<Verdict> verdicts,
    List<InputError> errors,
    String docsUrl,
    Optional<Inventory> inventory,
    Optional<Owner.Marks> owners) {

  /** Makes an outcome of looking at files. */
  public CheckReport(List<Verdict> verdicts, List<InputError> errors, String docsUrl) {
    this(verdicts, errors, docsUrl, Optional.empty(), Optional.empty());
  }

  public CheckReport {
    verdicts = List.copyOf(verdicts);
    errors = List.copyOf(errors);
  }

  /** Returns the findings to show, in order; none where the policy switches all rules off. */
  public List<GradedFinding> findings() {
    return verdicts.stream()
        .flatMap(verdict -> verdict.judged().stream())
        .filter(judged -> judged.mode() != Mode.OFF || judged.exempt())
        .toList();
  }

  /** Returns the findings by owner; nothing where they are not to be grouped. */
  List<OwnerGroup> byOwner() {
    return owners.map(marks -> OwnerGroup.of(findings(), marks)).orElse(List.of());
  }

  /** Returns how many findings are not shown because the policy switches all rules off. */
  public long switchedOff() {
    return verdicts.stream()
        .flatMap(verdict -> verdict.judged().stream())
        .filter(judged -> judged.mode() == Mode.OFF)
        .filter(judged -> judged.because().filter(DowngradeReason.ENFORCEMENT::equals).isPresent())
        .count();
  }

  /** Returns the link to a rule's page. */
  public Optional<String> url(String rule) {
    if (docsUrl.isEmpty()) {
      return Optional.empty();
    }
    boolean open = docsUrl.endsWith("/") || docsUrl.endsWith("=") || docsUrl.endsWith("#");
    return Optional.of(docsUrl + (open ? "" : "/") + rule);
  }

  /** Returns how many of what there is. */
  public Summary summary() {
    List<GradedFinding> findings = findings();
    return new Summary(
        verdicts.size(),
        findings.size(),
        count(findings, Mode.DENY),
        count(findings, Mode.WARN),
        count(findings, Mode.FIX),
        (int) findings.stream().filter(GradedFinding::exempt).count(),
        (int) findings.stream().filter(CheckReport::fixable).count());
  }

  /** Returns whether a finding can be mended by a program. */
  public static boolean fixable(GradedFinding judged) {
    return !judged.exempt()
        && judged.finding().isCertain()
        && judged.finding().fix().filter(Fix::applicable).isPresent();
  }

  private static int count(List<GradedFinding> findings, Mode mode) {
    return (int) findings.stream().filter(judged -> judged.mode() == mode).count();
  }

  /**
   * Numbers of an outcome.
   *
   * @param objects objects that were looked at
   * @param findings all findings, exempt ones included
   * @param deny those that are refused
   * @param warn those that are warned of
   * @param fix those that are fixed by the webhook
   * @param exempt those that are exempt
   * @param fixable those that a program can mend
   */
  public record Summary(
      int objects, int findings, int deny, int warn, int fix, int exempt, int fixable) {}
}
