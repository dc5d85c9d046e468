package io.meshguard.cli;

import io.meshguard.change.Place;
import io.meshguard.cli.Forecast.Shift;
import io.meshguard.report.Paint;
import io.meshguard.rule.SafeText;
import io.meshguard.upgrade.Effect;
import io.meshguard.upgrade.Impact;
import java.util.List;

/** A forecast for people at a terminal. */
final class ForecastTextFormat {

  private static final int MOST_PLACES = 10;

  private final ForecastWords words;
  private final Paint paint;
  private final StringBuilder text = new StringBuilder();

  ForecastTextFormat(ForecastWords words, Paint paint) {
    this.words = words;
    this.paint = paint;
  }

  String write() {
    for (ForecastWords.Group group : words.groups()) {
      group(group);
    }
    shifts("forecast.appear", words.forecast().appear());
    shifts("forecast.vanish", words.forecast().vanish());
    shifts("forecast.between", words.forecast().between());
    String summary = words.summary();
    boolean calm = words.forecast().isCalm();
    line(words.title() + ": " + (calm ? paint.green(summary) : paint.bold(summary)));
    return text.toString();
  }

  private void group(ForecastWords.Group group) {
    Effect first = group.first();
    String head =
        words.say(
            "forecast.default", ForecastWords.since(first), words.say(first.change().title()));
    boolean high = first.change().impact() == Impact.HIGH;
    line(
        paint.bold(head)
            + " "
            + (high
                ? paint.red("[" + words.impact(Impact.HIGH) + "]")
                : paint.dim("[" + words.impact(first.change().impact()) + "]")));
    line("  " + words.say(first.change().traffic()));
    line("  " + words.say("forecast.touched"));
    List<Place> places =
        group.all().stream().flatMap(effect -> ForecastWords.places(effect).stream()).toList();
    places.stream().limit(MOST_PLACES).forEach(place -> line("    " + shown(place)));
    if (places.size() > MOST_PLACES) {
      line("    " + words.say("diff.more", places.size() - MOST_PLACES));
    }
    line("  " + words.say("forecast.keep"));
    words.keep(first).forEach(way -> line("    " + way));
    line("  " + paint.dim(words.say("forecast.source", ForecastWords.source(first))));
    text.append('\n');
  }

  private void shifts(String key, List<Shift> shifts) {
    if (shifts.isEmpty()) {
      return;
    }
    line(paint.bold(words.say(key, shifts.size())));
    for (ForecastWords.Rule rule : ForecastWords.byRule(shifts)) {
      line("  " + paint.cyan(rule.id()));
      for (Shift shift : rule.shifts()) {
        line(
            "    "
                + words.say(
                    shift.until().isPresent() ? "forecast.passing" : "forecast.shift",
                    shift.since(),
                    shown(ForecastWords.place(shift.judged().finding())),
                    shift.until().orElse("")));
        line("      " + words.say(shift.judged().finding().message()));
        shift
            .judged()
            .finding()
            .fix()
            .filter(fix -> key.equals("forecast.appear"))
            .ifPresent(fix -> line("      " + words.say("forecast.fix", words.say(fix.title()))));
      }
    }
    text.append('\n');
  }

  private static String shown(Place place) {
    String position = ChangeWords.position(place);
    return SafeText.escape((position.isEmpty() ? "" : position + " ") + ChangeWords.object(place));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
