package io.meshguard.deploy;

import io.meshguard.MarkdownPage;
import io.meshguard.report.RulePages;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Language;
import io.meshguard.rule.Symptom;
import io.meshguard.rules.Catalogue;
import io.meshguard.symptom.Cause;
import io.meshguard.symptom.SymptomCatalogue;
import io.meshguard.symptom.SymptomEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The page that begins with a symptom. */
final class SymptomPage {

  private final Language language;
  private final StringBuilder page = new StringBuilder();

  private SymptomPage(Language language) {
    this.language = language;
  }

  /** Returns the file of the page. */
  static Path file(Language language) {
    return folder(language).resolve("symptoms.md");
  }

  /** Returns the page. */
  static String text(Language language) {
    SymptomCatalogue catalogue = new SymptomCatalogue(Catalogue.infos());
    SymptomPage page = new SymptomPage(language);
    page.page.append(language == Language.EN ? "# Symptoms\n" : "# 现象\n");
    page.paragraph("intro");
    page.paragraph("where");
    page.page.append("\n    meshguard trace --access-log 'LINE' k8s/\n");
    page.paragraph("source");
    page.entries("statuses", catalogue.statuses());
    page.entries("flags", catalogue.flags());
    return page.page.toString();
  }

  private void paragraph(String key) {
    page.append('\n').append(SymptomEntry.text(key, language)).append('\n');
  }

  private void entries(String heading, List<SymptomEntry> entries) {
    page.append("\n## ").append(SymptomEntry.text(heading, language)).append('\n');
    entries.forEach(this::entry);
  }

  private void entry(SymptomEntry entry) {
    page.append("\n### ").append(entry.code()).append(' ').append(entry.title(language));
    page.append("\n\n").append(entry.means(language)).append("\n\n").append(entry.tell(language));
    page.append('\n');
    if (!entry.faq().isEmpty()) {
      page.append("\nFAQ: ");
      page.append(entry.faq().stream().map(this::link).collect(Collectors.joining(separator())));
      page.append('\n');
    }
    table("head.rules", entry.causes());
    table("head.hides", entry.hiders());
  }

  private void table(String heading, List<Cause> causes) {
    if (causes.isEmpty()) {
      return;
    }
    page.append('\n').append(SymptomEntry.text(heading, language));
    page.append(language == Language.EN ? ":\n" : "：\n");
    page.append(
        "\n| %s | %s | %s |\n| --- | --- | --- |\n"
            .formatted(
                SymptomEntry.text("head.rule", language),
                SymptomEntry.text("head.shown", language),
                SymptomEntry.text("head.finds", language)));
    for (Cause cause : causes) {
      String id = cause.rule().id();
      String shown =
          cause.symptoms().stream()
              .map(Symptom::toString)
              .map("`%s`"::formatted)
              .collect(Collectors.joining("<br>"));
      String summary = RulePages.summary(id, language).orElseThrow().replace("|", "\\|");
      page.append("| [%s](%s/%s.md) | %s | %s |\n".formatted(id, rules(), id, shown, summary));
    }
  }

  private String rules() {
    return language == Language.EN ? "rules" : "../rules";
  }

  private String separator() {
    return language == Language.EN ? ", " : "、";
  }

  /** Links to the entry's section, under the heading that it has on the FAQ page. */
  private String link(FaqEntry entry) {
    String number = String.format(Locale.ROOT, "%d. ", entry.number());
    MarkdownPage.Heading heading =
        MarkdownPage.read(folder(language).resolve("faq.md")).headings().stream()
            .filter(one -> one.text().startsWith(number))
            .findFirst()
            .orElseThrow();
    return "[%s](faq.md#%s)".formatted(heading.text(), heading.anchor());
  }

  private static Path folder(Language language) {
    return language == Language.EN ? Path.of("docs") : Path.of("docs", "zh");
  }
}
