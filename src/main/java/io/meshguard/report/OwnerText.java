package io.meshguard.report;

import static io.meshguard.rule.Message.verbatim;

import io.meshguard.audit.Owner;
import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.SafeText;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Owners, for people. */
public final class OwnerText {

  private static final int MOST_SHOWN = 3;

  private static final List<Mode> SEVERITY = List.of(Mode.DENY, Mode.WARN, Mode.FIX, Mode.OFF);

  private static final Comparator<GradedFinding> WORST =
      Comparator.comparing((GradedFinding judged) -> SEVERITY.indexOf(judged.mode()))
          .thenComparing(OwnerText::brief);

  private OwnerText() {}

  /** Returns {@code Argo CD application argocd/shop}, without control characters. */
  public static String of(Owner owner, Language language) {
    return FindingText.say(
        language, "owner." + owner.type().text(), verbatim(SafeText.escape(owner.path())));
  }

  /**
   * Returns what an Event on the owner says: how many findings there are, the worst of them, and
   * the command that lists all.
   *
   * @param findings the owner's findings
   * @param reference the owner as {@link Owner#reference} has it
   */
  public static String event(List<GradedFinding> findings, String reference, Language language) {
    OwnerGroup group = new OwnerGroup(Owner.NONE, findings);
    String worst =
        findings.stream()
            .sorted(WORST)
            .map(OwnerText::brief)
            .distinct()
            .limit(MOST_SHOWN)
            .collect(Collectors.joining("; "));
    return FindingText.say(
        language,
        "owner.event",
        findings.size(),
        group.objects(),
        verbatim(counts(group, language)),
        verbatim(worst),
        verbatim("meshguard audit --owner " + ShellWord.of(SafeText.escape(reference))));
  }

  /** Returns what an Event on the owner says after the last finding is gone. */
  public static String cleared(Language language) {
    return FindingText.say(language, "owner.cleared");
  }

  private static String brief(GradedFinding judged) {
    return "["
        + judged.finding().rule().id()
        + "] "
        + FindingText.object(judged.finding().object().ref());
  }

  /** Returns the owner, and how many findings there are of which mode. */
  static String heading(OwnerGroup group, Language language) {
    return FindingText.say(
        language,
        "owner.heading",
        verbatim(of(group.owner(), language)),
        group.findings().size(),
        group.objects(),
        verbatim(counts(group, language)));
  }

  private static String counts(OwnerGroup group, Language language) {
    return FindingText.counts(
        group.count(Mode.DENY),
        group.count(Mode.WARN),
        group.count(Mode.FIX),
        group.exempt(),
        language);
  }
}
