package io.meshguard.cli;

import io.meshguard.change.Place;
import io.meshguard.cli.Forecast.Shift;
import io.meshguard.upgrade.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A forecast for the ticket of an upgrade: summary, table of changes by impact, findings with their
 * fixes, checklist. Everything that is not ours stands in code spans.
 */
final class ForecastMarkdownFormat {

  private static final int MOST_PLACES = 5;
  private static final int MOST_ROWS = 100;

  private final ForecastWords words;
  private final StringBuilder text = new StringBuilder();

  ForecastMarkdownFormat(ForecastWords words) {
    this.words = words;
  }

  String write() {
    Forecast forecast = words.forecast();
    line("## " + words.title());
    line("");
    line("**" + words.summary() + "**");
    defaults();
    shifts("forecast.appear", forecast.appear(), true);
    shifts("forecast.vanish", forecast.vanish(), false);
    shifts("forecast.between", forecast.between(), false);
    if (!forecast.isCalm()) {
      checklist();
    }
    return text.toString();
  }

  private void defaults() {
    if (words.groups().isEmpty()) {
      return;
    }
    heading(words.say("forecast.defaults", words.groups().size()));
    row(
        words.say("forecast.head.impact"),
        words.say("forecast.head.since"),
        words.say("forecast.head.change"),
        words.say("forecast.head.traffic"),
        words.say("diff.head.at"));
    line("|---|---|---|---|---|");
    for (ForecastWords.Group group : words.groups()) {
      Effect first = group.first();
      row(
          words.impact(first.change().impact()),
          ForecastWords.since(first),
          cell(words.say(first.change().title())),
          cell(words.say(first.change().traffic())),
          at(group));
    }
  }

  private String at(ForecastWords.Group group) {
    List<Place> places =
        group.all().stream().flatMap(effect -> ForecastWords.places(effect).stream()).toList();
    List<String> shown =
        places.stream()
            .limit(MOST_PLACES)
            .map(ForecastMarkdownFormat::shown)
            .collect(Collectors.toCollection(ArrayList::new));
    if (places.size() > MOST_PLACES) {
      shown.add(words.say("diff.more", places.size() - MOST_PLACES));
    }
    return String.join("<br>", shown);
  }

  private void shifts(String key, List<Shift> shifts, boolean fixes) {
    if (shifts.isEmpty()) {
      return;
    }
    heading(words.say(key, shifts.size()));
    row(
        words.say("forecast.head.rule"),
        words.say("forecast.head.since"),
        words.say("forecast.head.finding"),
        words.say("diff.head.at"));
    line("|---|---|---|---|");
    shifts.stream()
        .limit(MOST_ROWS)
        .forEach(
            shift -> {
              String message = code(words.say(shift.judged().finding().message()));
              String fix =
                  shift
                      .judged()
                      .finding()
                      .fix()
                      .filter(any -> fixes)
                      .map(one -> "<br>" + words.say("forecast.fix", code(words.say(one.title()))))
                      .orElse("");
              String when =
                  shift
                      .until()
                      .map(until -> words.say("forecast.until", shift.since(), until))
                      .orElse(shift.since());
              row(
                  code(shift.judged().finding().rule().id()),
                  when,
                  message + fix,
                  shown(ForecastWords.place(shift.judged().finding())));
            });
    if (shifts.size() > MOST_ROWS) {
      line("");
      line(words.say("diff.more", shifts.size() - MOST_ROWS));
    }
  }

  private void checklist() {
    heading(words.say("forecast.checklist"));
    for (ForecastWords.Group group : words.groups()) {
      Effect first = group.first();
      line(
          "- [ ] "
              + words.say(
                  "forecast.default",
                  ForecastWords.since(first),
                  words.say(first.change().title())));
      words.keep(first).forEach(way -> line("  - " + code(way)));
      line("  - " + words.say("forecast.source", code(ForecastWords.source(first))));
    }
    for (ForecastWords.Rule rule : ForecastWords.byRule(words.forecast().appear())) {
      line("- [ ] " + words.say("forecast.mend", code(rule.id()), rule.shifts().size()));
    }
    line("- [ ] " + words.say("forecast.after"));
  }

  private static String shown(Place place) {
    String position = ChangeWords.position(place);
    return (position.isEmpty() ? "" : code(position) + " ") + code(ChangeWords.object(place));
  }

  private static String code(String foreign) {
    return ChangeMarkdownFormat.code(foreign);
  }

  private static String cell(String own) {
    return own.replace("|", "\\|");
  }

  private void heading(String title) {
    line("");
    line("### " + title);
    line("");
  }

  private void row(String... cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
