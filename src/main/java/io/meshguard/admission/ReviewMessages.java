package io.meshguard.admission;

import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict.Fault;
import io.meshguard.rule.DowngradeReason;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import java.util.List;
import java.util.Optional;

/**
 * The sentences of one answer.
 *
 * @param language the language that they are in
 * @param docsUrl start of the address of rule pages, empty for none
 * @param ref names the request to people
 */
record ReviewMessages(Language language, String docsUrl, String ref) {

  private static final String BUNDLE = "io.meshguard.admission.messages";

  /** Returns a sentence of this package's own bundle. */
  String say(String key, Object... arguments) {
    return language.render(new Message(BUNDLE, key, List.of(arguments)));
  }

  /** Returns a sentence around text that is safe already. */
  private String around(String key, String text) {
    return say(key, Message.verbatim(text));
  }

  /** Returns {@code [rule] Kind ns/name path: what is wrong}. */
  String finding(Finding finding) {
    return Headline.of(finding, language);
  }

  /** Returns the warning for a finding that is not denied. */
  String warning(GradedFinding judged) {
    Optional<DowngradeReason> because = judged.because();
    boolean dryRun = because.filter(DowngradeReason.DRY_RUN::equals).isPresent();
    String line =
        dryRun ? around("would-be-denied", finding(judged.finding())) : finding(judged.finding());
    return linked(withReason(line, reason(judged)), judged.finding());
  }

  /** Returns the warning for a finding that was fixed. */
  String fixed(GradedFinding judged) {
    Finding finding = judged.finding();
    String done = finding.fix().map(Fix::done).map(language::render).orElse("");
    return linked(
        "[" + finding.rule().id() + "] " + Headline.where(finding) + ": " + around("fixed", done),
        finding);
  }

  /** Returns the warning for a rule that left something unjudged. */
  String cutShort(RuleInfo rule) {
    return say("cut-short", Message.verbatim(rule.id()), ref);
  }

  /** Returns the warning for a rule that failed. */
  String fault(Fault fault) {
    return say("fault", Message.verbatim(fault.rule().id()), ref);
  }

  /**
   * The reason is short and says what to do, so it is the finding that is cut where both are long.
   */
  private static String withReason(String line, Optional<String> reason) {
    if (reason.isEmpty()) {
      return line;
    }
    String tail = " (" + reason.get() + ")";
    return Warnings.cut(line, Warnings.MOST_EACH - Warnings.length(tail)) + tail;
  }

  /** Every text stands without its link, so a link that does not fit is left out. */
  private String linked(String line, Finding finding) {
    if (docsUrl.isEmpty()) {
      return line;
    }
    String linked = line + " " + docsUrl + finding.rule().id();
    return Warnings.length(linked) <= Warnings.MOST_EACH ? linked : line;
  }

  private Optional<String> reason(GradedFinding judged) {
    if (judged.mode() == Mode.FIX) {
      return Optional.of(say("left-unfixed"));
    }
    Mode configured = judged.decision().configured();
    if (judged.because().isEmpty() || configured == Mode.WARN || configured == Mode.OFF) {
      return Optional.empty();
    }
    DowngradeReason because = judged.because().get();
    return switch (because) {
      case DRY_RUN, EXEMPTION -> Optional.empty();
      case GITOPS -> Optional.of(say("not-fixed.gitops" + unsafeSuffix(judged.finding())));
      case RATCHET,
          CONTROLLER,
          UNKNOWN_VERSION,
          ENFORCEMENT,
          HARMLESS,
          LESSER,
          UNKNOWN_ORDER,
          STALE_MESH ->
          Optional.of(
              say((configured == Mode.FIX ? "not-fixed." : "not-denied.") + because.text()));
    };
  }

  private static String unsafeSuffix(Finding finding) {
    boolean unsafe = finding.fix().filter(fix -> fix.safety() == Safety.UNSAFE).isPresent();
    return unsafe ? "-unsafe" : "";
  }
}
