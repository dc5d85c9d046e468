package io.meshguard.cli;

import io.meshguard.change.Change;
import io.meshguard.change.ChangeReport;
import io.meshguard.change.Place;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A comparison as a comment on a pull request, as GitHub and GitLab show it: tables and folded
 * parts. Everything that is not ours stands in code spans.
 */
final class ChangeMarkdownFormat {

  /** Both refuse comments of more than some tens of thousands of characters. */
  private static final int MOST_ROWS = 50;

  private final ChangeWords words;
  private final StringBuilder text = new StringBuilder();

  ChangeMarkdownFormat(ChangeWords words) {
    this.words = words;
  }

  String write(ChangeFormat.Result result) {
    ChangeReport report = result.report();
    line("### " + words.say("diff.title", code(result.before()), code(result.after())));
    line("");
    line("**" + words.summary(report) + "**");
    List<Change> moved =
        report.changes().stream().filter(change -> !change.isLimitsOnly()).toList();
    List<Change> limits = report.changes().stream().filter(Change::isLimitsOnly).toList();
    if (!moved.isEmpty()) {
      line("");
      moved(moved);
    }
    if (!limits.isEmpty()) {
      folded(words.say("diff.limits", limits.size()), () -> limits(limits));
    }
    List<String> proxies = new ArrayList<>();
    report.vanished().forEach(title -> proxies.add(words.say("diff.vanished", code(title))));
    report.appeared().forEach(title -> proxies.add(words.say("diff.appeared", code(title))));
    if (!proxies.isEmpty()) {
      line("");
      proxies.forEach(one -> line("- " + one));
    }
    if (!report.open().isEmpty()) {
      folded(
          words.say("diff.besides", report.open().size()),
          () ->
              report
                  .open()
                  .forEach(
                      open ->
                          line(
                              "- "
                                  + words.open(
                                      new ChangeReport.Open(open.reason(), code(open.about()))))));
    }
    return text.toString();
  }

  private void folded(String summary, Runnable inside) {
    line("");
    line("<details><summary>" + summary + "</summary>");
    line("");
    inside.run();
    line("");
    line("</details>");
  }

  private void moved(List<Change> changes) {
    head("", "request", "before", "after", "at", "cause");
    changes.stream()
        .limit(MOST_ROWS)
        .forEach(
            change ->
                row(
                    change.breaks() ? "❌" : change.certain() ? "➡️" : "❔",
                    request(change),
                    code(words.before(change)),
                    code(words.after(change)),
                    at(change),
                    causes(change)));
    more(changes.size());
  }

  private void limits(List<Change> changes) {
    head("request", "way", "limit", "at", "cause");
    changes.stream()
        .limit(MOST_ROWS)
        .forEach(
            change ->
                row(
                    request(change),
                    code(words.after(change)),
                    change.limits().stream()
                        .map(limit -> code(words.limit(limit)))
                        .collect(Collectors.joining("<br>")),
                    at(change),
                    causes(change)));
    more(changes.size());
  }

  private void more(int size) {
    if (size > MOST_ROWS) {
      line("");
      line(words.say("diff.more", size - MOST_ROWS));
    }
  }

  private String request(Change change) {
    List<String> conditions = words.conditions(change);
    String own = code(words.subject(change));
    return conditions.isEmpty()
        ? own
        : own
            + "<br>"
            + conditions.stream()
                .map(ChangeMarkdownFormat::code)
                .collect(Collectors.joining("<br>"));
  }

  private String at(Change change) {
    return words.where(change).stream()
        .map(ChangeMarkdownFormat::code)
        .collect(Collectors.joining("<br>"));
  }

  private String causes(Change change) {
    List<String> causes = new ArrayList<>();
    for (Place place : change.causes()) {
      String position = ChangeWords.position(place);
      String shown =
          (position.isEmpty() ? "" : code(position) + " ") + code(ChangeWords.object(place));
      causes.add(place.before() ? words.say("diff.was", shown) : shown);
    }
    return String.join("<br>", causes);
  }

  private void head(String... keys) {
    List<String> names = new ArrayList<>();
    for (String key : keys) {
      names.add(key.isEmpty() ? " " : words.say("diff.head." + key));
    }
    row(names.toArray(String[]::new));
    line("|" + "---|".repeat(keys.length));
  }

  private void row(String... cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /**
   * Returns a text as a code span of a table: in it nothing is read as Markdown but the fence,
   * which is longer than any in the text, and the stroke between cells.
   */
  static String code(String foreign) {
    String safe = SafeText.escape(foreign).replace("|", "\\|");
    int longest = 0;
    int run = 0;
    for (int i = 0; i < safe.length(); i++) {
      run = safe.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    String fence = "`".repeat(longest + 1);
    boolean edge = safe.isEmpty() || safe.startsWith("`") || safe.endsWith("`");
    return edge ? fence + " " + safe + " " + fence : fence + safe + fence;
  }
}
