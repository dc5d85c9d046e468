package io.meshguard.report;

import static io.meshguard.rule.Message.verbatim;

import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Safety;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A comment on a pull or merge request: a summary, then a folded list of findings a file. */
final class MarkdownFormat implements Format {

  /** GitHub refuses longer comments; GitLab takes more. */
  static final int MOST_CHARS = 65_536;

  /** Room for the line that says how much is left out, and for the end of a folded list. */
  private static final int LAST_LINES = 200;

  /** Findings up to which the lists are shown unfolded. */
  private static final int MOST_OPEN = 10;

  private final ReportStyle style;

  MarkdownFormat(ReportStyle style) {
    this.style = style;
  }

  @Override
  public String write(CheckReport outcome, Language language) {
    List<GradedFinding> findings =
        outcome.findings().stream().filter(judged -> !judged.exempt()).toList();
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (GradedFinding judged : findings) {
      groups
          .computeIfAbsent(group(judged.finding(), language), g -> new ArrayList<>())
          .add(item(judged, outcome, language));
    }
    for (InputError error : outcome.errors()) {
      groups.computeIfAbsent(file(error.file()), g -> new ArrayList<>()).add(item(error, language));
    }
    StringBuilder text = new StringBuilder("### Meshguard\n\n");
    text.append("**").append(TextFormat.summary(outcome, language).replace("\n", "  \n"));
    text.append("**\n");
    int all = findings.size() + outcome.errors().size();
    int left = all - lists(groups, all <= MOST_OPEN, text);
    if (left > 0) {
      text.append("\n… ").append(FindingText.say(language, "markdown.more", left)).append('\n');
    }
    return text.toString();
  }

  /** Writes as much as there is room for, and returns how many findings that are. */
  private static int lists(Map<String, List<String>> groups, boolean open, StringBuilder text) {
    int written = 0;
    for (Map.Entry<String, List<String>> group : groups.entrySet()) {
      String head =
          "\n<details" + (open ? " open" : "") + "><summary>" + group.getKey() + "</summary>\n\n";
      int room = MOST_CHARS - LAST_LINES - text.length() - head.length();
      if (group.getValue().get(0).length() > room) {
        return written;
      }
      text.append(head);
      for (String item : group.getValue()) {
        if (item.length() > MOST_CHARS - LAST_LINES - text.length()) {
          text.append("\n</details>\n");
          return written;
        }
        text.append(item);
        written++;
      }
      text.append("\n</details>\n");
    }
    return written;
  }

  private String item(GradedFinding judged, CheckReport outcome, Language language) {
    Finding finding = judged.finding();
    String rule = finding.rule().id();
    StringBuilder item = new StringBuilder("- **").append(judged.mode().text()).append("** ");
    item.append(outcome.url(rule).map(url -> MarkdownText.link(rule, url)).orElse(rule));
    item.append(' ').append(MarkdownText.code(Headline.where(finding)));
    FileLocation.position(finding)
        .ifPresent(
            at ->
                item.append(" (")
                    .append(FindingText.say(language, "markdown.line", verbatim("" + at.line())))
                    .append(')'));
    item.append("  \n  ").append(MarkdownText.sentence(language.render(finding.message())));
    item.append(MarkdownText.sentence(FindingText.aside(judged, language))).append('\n');
    finding.fix().ifPresent(fix -> item.append(advice(fix, language)));
    return item.toString();
  }

  private static String advice(Fix fix, Language language) {
    String title = MarkdownText.sentence(language.render(fix.title()));
    String line =
        fix.safety() == Safety.MANUAL
            ? FindingText.say(language, "text.advice", verbatim(title))
            : FindingText.say(language, "text.fix", verbatim(fix.safety().text()), verbatim(title));
    return "  - " + line + "\n";
  }

  private static String item(InputError error, Language language) {
    String line =
        error
            .position()
            .map(at -> " (" + FindingText.say(language, "markdown.line", "" + at.line()) + ")")
            .orElse("");
    String message = MarkdownText.sentence(error.message());
    return "- **" + FindingText.say(language, "text.error", verbatim(message)) + "**" + line + "\n";
  }

  private String group(Finding finding, Language language) {
    String file = FileLocation.file(finding);
    if (!file.isEmpty()) {
      return file(file);
    }
    String namespace = finding.object().ref().namespace();
    return Optional.of(namespace)
        .filter(name -> !name.isEmpty())
        .map(
            name ->
                FindingText.say(
                    language,
                    "markdown.namespace",
                    verbatim("<code>" + MarkdownText.html(name) + "</code>")))
        .orElseGet(() -> FindingText.say(language, "markdown.cluster"));
  }

  private String file(String file) {
    String shown = FileLocation.isFile(file) ? style.paths().apply(file) : file;
    return "<code>" + MarkdownText.html(shown) + "</code>";
  }
}
