package io.meshguard.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one {@code rules} mapping says.
 *
 * @param star what it says of all rules
 * @param named what it says of single rules, by id
 */
record Choices(Optional<Star> star, Map<String, Choice> named) {

  static final Choices NONE = new Choices(Optional.empty(), Map.of());

  Choices {
    named = Map.copyOf(named);
  }

  /** Returns what is chosen for a rule here, over what was chosen before. */
  Pick over(Pick before, RuleInfo rule) {
    Choice choice = named.get(rule.id());
    if (choice == null) {
      return star.map(s -> s.over(before, rule)).orElse(before);
    }
    Map<String, JsonNode> parameters = new LinkedHashMap<>(before.parameters());
    parameters.putAll(choice.parameters());
    Pick moded =
        choice
            .mode()
            .map(mode -> new Pick(mode, choice.place().line(), true, parameters))
            .orElseGet(() -> star.map(s -> s.over(before, rule)).orElse(before));
    return new Pick(moded.mode(), moded.source(), moded.byName(), parameters);
  }

  /**
   * What is said of one rule.
   *
   * @param mode its mode; empty where only parameters are given
   * @param parameters its own settings
   */
  record Choice(Optional<Mode> mode, Map<String, JsonNode> parameters, Place place) {

    Choice {
      parameters = Map.copyOf(parameters);
    }
  }

  /**
   * What is said of all rules.
   *
   * @param mode the mode; empty for each rule's own
   */
  record Star(Optional<Mode> mode, Place place) {

    /** A fix must be asked for by name where it costs something, so a star never switches it on. */
    Pick over(Pick before, RuleInfo rule) {
      if (mode.isEmpty()) {
        Pick own = Pick.defaultOf(rule);
        return before.mode() == own.mode() && !before.byName()
            ? before
            : new Pick(own.mode(), place.line(), false, before.parameters());
      }
      boolean reached = mode.get() != Mode.FIX || KnownRules.fixedByStar(rule);
      return reached ? new Pick(mode.get(), place.line(), false, before.parameters()) : before;
    }
  }

  /**
   * What is chosen for a rule so far.
   *
   * @param source what chose the mode, for a reader
   * @param byName whether that named the rule
   */
  record Pick(Mode mode, String source, boolean byName, Map<String, JsonNode> parameters) {

    Pick {
      parameters = Map.copyOf(parameters);
    }

    static Pick defaultOf(RuleInfo rule) {
      return new Pick(rule.defaultMode(), DEFAULT, false, Map.of());
    }
  }

  /** Source of a mode that no policy chose. */
  static final String DEFAULT = "default";
}
