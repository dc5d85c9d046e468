package io.meshguard.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.policy.ModeRules.Choice;
import io.meshguard.policy.ModeRules.Star;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameter;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a policy says of rules: toggles, and {@code rules} mappings. */
final class RulesReader {

  static final String ALL = "*";
  static final String MODE = "mode";

  private static final Map<String, Mode> MODES = modes();
  private static final Map<String, Optional<Mode>> STAR_MODES = starModes();

  private final KnownRules rules;

  RulesReader(KnownRules rules) {
    this.rules = rules;
  }

  /** Returns what a {@code rules} mapping says. */
  ModeRules read(PolicyNode value) {
    Optional<Star> star = Optional.empty();
    Map<String, Choice> named = new LinkedHashMap<>();
    for (Map.Entry<String, PolicyNode> entry : value.entries().entrySet()) {
      PolicyNode chosen = entry.getValue();
      Optional<RuleInfo> rule = rules.find(entry.getKey());
      if (!entry.getKey().equals(ALL) && rule.isEmpty()) {
        chosen.problemNear(entry.getKey(), rules.ids(), "unknownRule", entry.getKey());
      } else if (!chosen.isSet()) {
        chosen.problem("noMode");
      } else if (rule.isPresent()) {
        choice(rule.get(), chosen).ifPresent(choice -> named.put(entry.getKey(), choice));
      } else {
        star = chosen.word(STAR_MODES).map(mode -> new Star(mode, chosen.place()));
      }
    }
    return new ModeRules(star, named);
  }

  private static Optional<Choice> choice(RuleInfo rule, PolicyNode value) {
    if (!value.cursor().isObject()) {
      return mode(rule, value).map(mode -> new Choice(Optional.of(mode), Map.of(), value.place()));
    }
    List<String> known = new ArrayList<>(List.of(MODE));
    rule.parameters().forEach(parameter -> known.add(parameter.name()));
    value.onlyKeys(known);
    if (value.cursor().node().isEmpty()) {
      value.problem("noMode");
    }
    Map<String, JsonNode> parameters = new LinkedHashMap<>();
    for (Parameter parameter : rule.parameters()) {
      PolicyNode given = value.at(parameter.name());
      if (given.isSet() && isGood(parameter, given)) {
        parameters.put(parameter.name(), given.cursor().node());
      }
    }
    PolicyNode mode = value.at(MODE);
    SourceLocation place = mode.isSet() ? mode.place() : value.place();
    return Optional.of(new Choice(mode(rule, mode), parameters, place));
  }

  /** Returns the mode in a value, if it is one that the rule can have. */
  static Optional<Mode> mode(RuleInfo rule, PolicyNode value) {
    Optional<Mode> mode = value.word(MODES);
    if (mode.isPresent() && mode.get() == Mode.FIX && !rule.fixable()) {
      value.problem("noFix", rule.id());
      return Optional.empty();
    }
    return mode;
  }

  private static boolean isGood(Parameter parameter, PolicyNode value) {
    int before = value.problems().count();
    switch (parameter.type()) {
      case BOOLEAN -> value.bool();
      case WORD -> value.word(words(parameter.values()));
      case LABEL_SELECTOR -> labels(value);
      case POSITIVE_INTEGER -> {
        long number = value.cursor().integer().orElse(0);
        if (number < 1 || number > Integer.MAX_VALUE) {
          value.problem("expected.positive");
        }
      }
    }
    return value.problems().count() == before;
  }

  /** Returns the labels of a selector with {@code matchLabels}. */
  static Map<String, String> labels(PolicyNode selector) {
    selector.onlyKeys(List.of("matchLabels"));
    Map<String, String> labels = new LinkedHashMap<>();
    PolicyNode match = selector.at("matchLabels");
    match
        .entries()
        .forEach(
            (name, value) -> {
              if (!value.isSet()) {
                value.problem("expected.text");
              }
              value.text().ifPresent(text -> labels.put(name, text));
              if (!SafeText.escape(name).equals(name)) {
                value.problem("controlCharacter", name);
              }
            });
    boolean nothing = selector.cursor().isObject() && match.cursor().node().isEmpty();
    if (nothing) {
      selector.problem("noLabels");
    }
    return labels;
  }

  private static Map<String, String> words(List<String> words) {
    Map<String, String> map = new LinkedHashMap<>();
    words.forEach(word -> map.put(word, word));
    return map;
  }

  private static Map<String, Mode> modes() {
    Map<String, Mode> modes = new LinkedHashMap<>();
    for (Mode mode : Mode.values()) {
      modes.put(mode.text(), mode);
    }
    return modes;
  }

  private static Map<String, Optional<Mode>> starModes() {
    Map<String, Optional<Mode>> modes = new LinkedHashMap<>();
    modes.put(ModeRules.DEFAULT, Optional.empty());
    MODES.forEach((word, mode) -> modes.put(word, Optional.of(mode)));
    return modes;
  }
}
