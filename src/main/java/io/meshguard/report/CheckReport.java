package io.meshguard.report;

import io.meshguard.audit.Inventory;
import io.meshguard.audit.Owner;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.rule.DowngradeReason;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Mode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What came of looking at many objects.
 *
 * @param verdicts one for each object, in the order in which they are shown
 * @param errors what could not be read
 * @param docsUrl what stands before a rule's id in a link to its page; empty for no links
 * @param inventory what is listed besides findings, where a cluster was looked at
 * @param texts the text of each file that was read as a whole, by the name that findings have
 * @param owners where owners are looked for, by whom findings are then grouped
 */
public record CheckReport(
    List<Verdict> verdicts,
    List<InputError> errors,
    String docsUrl,
    Optional<Inventory> inventory,
    Map<String, String> texts,
    Optional<Owner.Marks> owners) {

  /** Makes an outcome of looking at a cluster. */
  public CheckReport(
      List<Verdict> verdicts, List<InputError> errors, String docsUrl, Inventory inventory) {
    this(verdicts, errors, docsUrl, Optional.of(inventory), Map.of(), Optional.empty());
  }

  /** Makes an outcome of looking at files. */
  public CheckReport(List<Verdict> verdicts, List<InputError> errors, String docsUrl) {
    this(verdicts, errors, docsUrl, Optional.empty(), Map.of(), Optional.empty());
  }

  public CheckReport {
    verdicts = List.copyOf(verdicts);
    errors = List.copyOf(errors);
    texts = Map.copyOf(texts);
  }

  /**
   * Returns the same with the texts of the files that were looked at, so that a report can show
   * lines of them and say what to change in them. Files in which something could not be read are
   * left out.
   */
  public CheckReport withTexts(Map<Path, String> read) {
    Set<String> broken = errors.stream().map(InputError::file).collect(Collectors.toSet());
    Map<String, String> whole = new HashMap<>();
    read.forEach((file, text) -> whole.put(file.toString(), text));
    whole.keySet().removeAll(broken);
    return new CheckReport(verdicts, errors, docsUrl, inventory, whole, owners);
  }

  /** Returns the same, grouped by owner. */
  public CheckReport byOwner(Owner.Marks marks) {
    return new CheckReport(verdicts, errors, docsUrl, inventory, texts, Optional.of(marks));
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
