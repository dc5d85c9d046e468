package io.meshguard.deploy;

import io.meshguard.report.RulePages;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rules.Catalogue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Tables of all rules in Markdown. */
final class RuleTable {

  private RuleTable() {}

  /** Returns the rows of the front page: what each rule finds, and what it does unasked. */
  static String brief(Language language) {
    StringBuilder table = new StringBuilder();
    for (RuleInfo rule : Catalogue.infos()) {
      table.append(
          "| [%s](docs/rules/%s.md) | %s | %s | %s |\n"
              .formatted(rule.id(), rule.id(), summary(rule, language), mode(rule), fixes(rule)));
    }
    return table.append('\n').toString();
  }

  /** Returns the page that lists all rules, by FAQ entry and by id. */
  static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Rules

            One page for each rule says why it matters, shows it on an example, and how the fix leaves it. The
            default is what a rule does where the [policy](policy.md) does not name it; a new rule may deny in
            `meshguard check` and only warn in a cluster until the next release. A safe fix cannot change what correct
            traffic does; an unsafe one is applied only where the policy says `fix`, or with `--unsafe-fixes`; manual
            is advice in words. Istio is the range of versions in which the rule can find anything.

            | rule | FAQ | default | fix | Istio | looks at | finds |
            | --- | --- | --- | --- | --- | --- | --- |
            """);
    for (RuleInfo rule : Catalogue.infos()) {
      page.append(
          "| [%s](rules/%s.md) | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  rule.id(),
                  rule.id(),
                  rule.faq().stream()
                      .map(entry -> Integer.toString(entry.number()))
                      .collect(Collectors.joining(", ")),
                  mode(rule),
                  fixes(rule),
                  range(rule),
                  subjects(rule),
                  summary(rule, Language.EN)));
    }
    page.append("\n## By FAQ entry\n\n| entry | rules |\n| --- | --- |\n");
    for (FaqEntry entry : FaqEntry.values()) {
      page.append("| %d. %s | %s |\n".formatted(entry.number(), entry.title(), rules(entry)));
    }
    return page.toString();
  }

  /** The mode, and where it differs that of {@code meshguard check} behind it. */
  private static String mode(RuleInfo rule) {
    String mode = rule.defaultMode().text();
    return rule.modeInFiles() == rule.defaultMode()
        ? mode
        : mode + ", `check`: " + rule.modeInFiles().text();
  }

  private static String rules(FaqEntry entry) {
    return Catalogue.infos().stream()
        .filter(rule -> rule.faq().contains(entry))
        .map(rule -> "[%s](rules/%s.md)".formatted(rule.id(), rule.id()))
        .collect(Collectors.joining(", "));
  }

  private static String fixes(RuleInfo rule) {
    String fixes =
        Arrays.stream(Safety.values())
            .filter(rule.fixes()::contains)
            .map(Safety::text)
            .collect(Collectors.joining(", "));
    return fixes.isEmpty() ? "–" : fixes;
  }

  private static String range(RuleInfo rule) {
    String range = rule.istio().toString();
    return range.equals("all") ? range : "`" + range + "`";
  }

  private static String subjects(RuleInfo rule) {
    return rule.subjects().stream()
        .map(kind -> kind.name())
        .sorted()
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String summary(RuleInfo rule, Language language) {
    return RulePages.summary(rule.id(), language).orElseThrow().replace("|", "\\|");
  }
}
