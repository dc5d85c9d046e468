package io.meshguard.cli;

import io.meshguard.change.Change;
import io.meshguard.change.ChangeReport;
import io.meshguard.change.Place;
import io.meshguard.report.Paint;
import io.meshguard.rule.SafeText;
import java.util.List;

/** A comparison for people at a terminal. */
final class ChangeTextFormat {

  private static final List<String> KEYS =
      List.of(
          "diff.row.before",
          "diff.row.after",
          "diff.row.way",
          "diff.row.limit",
          "diff.row.at",
          "diff.row.cause");

  private final ChangeWords words;
  private final Paint paint;
  private final StringBuilder text = new StringBuilder();

  ChangeTextFormat(ChangeWords words, Paint paint) {
    this.words = words;
    this.paint = paint;
  }

  String write(ChangeFormat.Result result) {
    ChangeReport report = result.report();
    for (Change change : report.changes()) {
      change(change);
    }
    report.vanished().forEach(title -> line(paint.red(words.say("diff.vanished", shown(title)))));
    report
        .appeared()
        .forEach(title -> line(paint.yellow(words.say("diff.appeared", shown(title)))));
    if (!report.vanished().isEmpty() || !report.appeared().isEmpty()) {
      text.append('\n');
    }
    String sides = shown(result.before()) + " -> " + shown(result.after()) + ": ";
    String summary = words.summary(report);
    line(sides + (report.isProof() ? paint.green(summary) : paint.bold(summary)));
    if (!report.isEmpty() && !report.open().isEmpty()) {
      line(words.say("diff.besides", report.open().size()));
    }
    report.open().forEach(open -> line("  " + shown(words.open(open))));
    return text.toString();
  }

  private void change(Change change) {
    String head = paint.bold(shown(words.subject(change)));
    line(head + joined(words.conditions(change)));
    if (change.isLimitsOnly()) {
      row("diff.row.way", words.after(change));
      change.limits().forEach(limit -> row("diff.row.limit", words.limit(limit)));
    } else {
      row("diff.row.before", words.before(change));
      String after = shown(words.after(change));
      line(key("diff.row.after") + (change.breaks() ? paint.red(after) : paint.yellow(after)));
    }
    words.where(change).forEach(at -> row("diff.row.at", at));
    for (Place place : change.causes()) {
      String position = ChangeWords.position(place);
      String object = ChangeWords.object(place);
      String shown = position.isEmpty() ? object : position + " " + object;
      row("diff.row.cause", place.before() ? words.say("diff.was", shown) : shown);
    }
    text.append('\n');
  }

  private static String joined(List<String> conditions) {
    return conditions.isEmpty() ? "" : " (" + shown(String.join(", ", conditions)) + ")";
  }

  private void row(String key, String value) {
    line(key(key) + shown(value));
  }

  /** All values stand below each other. */
  private String key(String key) {
    int width = KEYS.stream().mapToInt(one -> words.say(one).length()).max().orElse(0);
    String word = words.say(key);
    return "  " + word + " ".repeat(width - word.length() + 1);
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String shown(String foreign) {
    return SafeText.escape(foreign);
  }
}
