package io.meshguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.change.Place;
import io.meshguard.cli.Forecast.Shift;
import io.meshguard.rule.Finding;
import io.meshguard.upgrade.Effect;
import io.meshguard.upgrade.Release;
import java.util.List;
import java.util.Locale;

/** For programs: stable, versioned, described by {@code docs/schema/forecast.schema.json}. */
final class ForecastJsonFormat {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ForecastWords words;

  ForecastJsonFormat(ForecastWords words) {
    this.words = words;
  }

  String write() {
    Forecast forecast = words.forecast();
    ObjectNode root = JSON.objectNode().put("version", 1);
    root.set("from", release(forecast.from()));
    root.set("to", release(forecast.to()));
    root.putObject("summary")
        .put("defaults", forecast.effects().size())
        .put("appear", forecast.appear().size())
        .put("vanish", forecast.vanish().size())
        .put("between", forecast.between().size());
    ArrayNode defaults = root.putArray("defaults");
    forecast.effects().forEach(effect -> defaults.add(effect(effect)));
    root.set("appear", shifts(forecast.appear()));
    root.set("vanish", shifts(forecast.vanish()));
    root.set("between", shifts(forecast.between()));
    return root.toPrettyString() + "\n";
  }

  private static ObjectNode release(Release release) {
    ObjectNode json = JSON.objectNode().put("istio", Release.shown(release.istio()));
    release.kubernetes().ifPresent(v -> json.put("kubernetes", Release.shown(v)));
    return json;
  }

  private ObjectNode effect(Effect effect) {
    ObjectNode json =
        JSON.objectNode()
            .put("id", effect.change().id())
            .put("since", ForecastWords.since(effect))
            .put("impact", effect.change().impact().name().toLowerCase(Locale.ROOT))
            .put("title", words.say(effect.change().title()))
            .put("traffic", words.say(effect.change().traffic()));
    ArrayNode keep = json.putArray("keep");
    words.keep(effect).forEach(keep::add);
    json.put("source", ForecastWords.source(effect));
    json.put("kind", effect.object().kind().name())
        .put("namespace", effect.object().ref().namespace())
        .put("name", effect.object().name());
    ArrayNode places = json.putArray("places");
    ForecastWords.places(effect).forEach(place -> at(place, places.addObject()));
    return json;
  }

  private ArrayNode shifts(List<Shift> shifts) {
    ArrayNode all = JSON.arrayNode();
    for (Shift shift : shifts) {
      Finding finding = shift.judged().finding();
      ObjectNode json =
          all.addObject()
              .put("rule", finding.rule().id())
              .put("mode", shift.judged().mode().text())
              .put("since", shift.since());
      shift.until().ifPresent(until -> json.put("until", until));
      json.put("kind", finding.object().kind().name())
          .put("namespace", finding.object().ref().namespace())
          .put("name", finding.object().name());
      at(ForecastWords.place(finding), json);
      json.put("message", words.say(finding.message()));
      finding.fix().ifPresent(fix -> json.put("fix", words.say(fix.title())));
    }
    return all;
  }

  private static void at(Place place, ObjectNode json) {
    json.put("path", place.pointer().toString());
    String file = place.object().origin().file();
    if (!file.isEmpty()) {
      json.put("file", file);
      place
          .object()
          .origin()
          .position(place.pointer())
          .ifPresent(at -> json.put("line", at.line()).put("column", at.column()));
    }
  }
}
