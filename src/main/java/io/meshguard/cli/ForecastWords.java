package io.meshguard.cli;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.change.Place;
import io.meshguard.cli.Forecast.Shift;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.upgrade.Effect;
import io.meshguard.upgrade.Impact;
import io.meshguard.upgrade.Product;
import io.meshguard.upgrade.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A forecast in the words of a language; nothing in them is escaped but messages. */
record ForecastWords(Language language, Forecast forecast) {

  /** What one change does from one release on, to all objects that it touches. */
  record Group(Effect first, List<Effect> all) {}

  /** Findings of one rule. */
  record Rule(String id, List<Shift> shifts) {}

  String say(String key, Object... arguments) {
    return language.render(CliText.of(key, arguments));
  }

  String say(Message message) {
    return language.render(message);
  }

  String title() {
    return say("forecast.title", forecast.from().toString(), forecast.to().toString());
  }

  String summary() {
    return forecast.isCalm()
        ? say("forecast.calm")
        : say(
            "forecast.summary",
            groups().size(),
            (int) forecast.effects().stream().map(Effect::object).distinct().count(),
            forecast.appear().size(),
            forecast.vanish().size());
  }

  String impact(Impact impact) {
    return say("forecast.impact." + impact.name().toLowerCase(Locale.ROOT));
  }

  /** Returns the changes, the worst first, each with what it touches. */
  List<Group> groups() {
    Map<String, List<Effect>> groups = new LinkedHashMap<>();
    for (Effect effect : forecast.effects()) {
      groups
          .computeIfAbsent(effect.change().id() + " " + effect.since(), key -> new ArrayList<>())
          .add(effect);
    }
    return groups.values().stream().map(all -> new Group(all.get(0), all)).toList();
  }

  static List<Rule> byRule(List<Shift> shifts) {
    Map<String, List<Shift>> rules = new LinkedHashMap<>();
    for (Shift shift : shifts) {
      rules
          .computeIfAbsent(shift.judged().finding().rule().id(), id -> new ArrayList<>())
          .add(shift);
    }
    List<Rule> all = new ArrayList<>();
    rules.forEach((id, some) -> all.add(new Rule(id, some)));
    return all;
  }

  static String since(Effect effect) {
    return effect.change().product().title() + " " + Release.shown(effect.since());
  }

  /** Returns where it is written down; a path alone is one of Istio's repository. */
  static String source(Effect effect) {
    String source = effect.change().source();
    boolean own = effect.change().product() == Product.ISTIO && !source.startsWith("envoyproxy/");
    return own ? "istio/istio " + source : source;
  }

  /** Returns the ways to keep the old behaviour. */
  List<String> keep(Effect effect) {
    return effect.change().keep(forecast.to()).stream().map(this::say).toList();
  }

  static Place place(Finding finding) {
    return new Place(finding.object(), finding.path(), false);
  }

  static Place place(Resource object, JsonPointer pointer) {
    return new Place(object, pointer, false);
  }

  static List<Place> places(Effect effect) {
    return effect.places().stream().map(at -> place(effect.object(), at.pointer())).toList();
  }
}
