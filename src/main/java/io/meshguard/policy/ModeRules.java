package io.meshguard.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.engine.ModeSource;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code rules} mapping says.
 *
 * @param star what it says of all rules
 * @param named what it says of single rules, by id
 */
record ModeRules(Optional<Star> star, Map<String, Choice> named) {

  static final ModeRules NONE = new ModeRules(Optional.empty(), Map.of());

  ModeRules {
    named = Map.copyOf(named);
  }

  /** Returns what is chosen for a rule here, over what was chosen before. */
  ModeChoice over(ModeChoice before, RuleInfo rule) {
    Choice choice = choice(rule);
    if (choice == null) {
      return star.map(s -> s.over(before, rule)).orElse(before);
    }
    Map<String, JsonNode> parameters = new LinkedHashMap<>(before.parameters());
    parameters.putAll(choice.parameters());
    ModeChoice moded =
        choice
            .mode()
            .map(
                mode ->
                    new ModeChoice(
                        mode, new ModeSource.Line(choice.place().line()), true, parameters))
            .orElseGet(() -> star.map(s -> s.over(before, rule)).orElse(before));
    return new ModeChoice(moded.mode(), moded.source(), moded.byName(), parameters);
  }

  /** What is said of the rule that it was a part of counts as well, but for a fix. */
  private @Nullable Choice choice(RuleInfo rule) {
    Choice own = named.get(rule.id());
    if (own != null || rule.formerly().isEmpty()) {
      return own;
    }
    Choice former = named.get(rule.formerly().get());
    return former == null || former.mode().filter(Mode.FIX::equals).isPresent()
        ? null
        : new Choice(former.mode(), Map.of(), former.place());
  }

  /**
   * What is said of one rule.
   *
   * @param mode its mode; empty where only parameters are given
   * @param parameters its own settings
   */
  record Choice(Optional<Mode> mode, Map<String, JsonNode> parameters, SourceLocation place) {

    Choice {
      parameters = Map.copyOf(parameters);
    }
  }

  /**
   * What is said of all rules.
   *
   * @param mode the mode; empty for each rule's own
   */
  record Star(Optional<Mode> mode, SourceLocation place) {

    /** A fix must be asked for by name where it costs something, so a star never switches it on. */
    ModeChoice over(ModeChoice before, RuleInfo rule) {
      if (mode.isEmpty()) {
        ModeChoice own = ModeChoice.defaultOf(rule);
        return before.mode() == own.mode() && !before.byName()
            ? before
            : new ModeChoice(
                own.mode(), new ModeSource.Line(place.line()), false, before.parameters());
      }
      boolean reached = mode.get() != Mode.FIX || KnownRules.fixedByStar(rule);
      return reached
          ? new ModeChoice(
              mode.get(), new ModeSource.Line(place.line()), false, before.parameters())
          : before;
    }
  }

  /**
   * What is chosen for a rule so far.
   *
   * @param source what chose the mode
   * @param byName whether that named the rule
   */
  record ModeChoice(
      Mode mode, ModeSource source, boolean byName, Map<String, JsonNode> parameters) {

    ModeChoice {
      parameters = Map.copyOf(parameters);
    }

    static ModeChoice defaultOf(RuleInfo rule) {
      return new ModeChoice(rule.defaultMode(), new ModeSource.BuiltIn(), false, Map.of());
    }
  }

  /** What stands for each rule's own mode. */
  static final String DEFAULT = "default";
}
