package io.meshguard.report;

import static io.meshguard.rule.Message.verbatim;

import io.meshguard.audit.Owner;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.SafeText;

/** Owners, for people. */
public final class OwnerText {

  private OwnerText() {}

  /** Returns {@code Argo CD application argocd/shop}, without control characters. */
  public static String of(Owner owner, Language language) {
    return FindingText.say(
        language, "owner." + owner.type().text(), verbatim(SafeText.escape(owner.path())));
  }

  /** Returns the owner, and how many findings there are of which mode. */
  static String heading(OwnerGroup group, Language language) {
    return FindingText.say(
        language,
        "owner.heading",
        verbatim(of(group.owner(), language)),
        group.findings().size(),
        group.objects(),
        verbatim(
            FindingText.counts(
                group.count(Mode.DENY),
                group.count(Mode.WARN),
                group.count(Mode.FIX),
                group.exempt(),
                language)));
  }
}
