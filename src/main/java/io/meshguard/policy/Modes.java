package io.meshguard.policy;

import io.meshguard.engine.ModeSource;
import io.meshguard.mesh.Version;
import io.meshguard.policy.ModeRules.ModeChoice;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the mode of a rule. From weak to strong: the rule's own mode, {@code "*"} in {@code rules},
 * the rule by name there, its toggle, the overrides of the namespace in their order.
 *
 * @param known all rules
 * @param toggles modes set beside policy.yaml, by rule
 * @param rules the {@code rules} mapping of policy.yaml
 * @param overrides what holds in some namespaces only
 * @param rulesAsOf release whose rules are accepted
 */
record Modes(
    KnownRules known,
    Map<String, Mode> toggles,
    ModeRules rules,
    List<NamespaceOverride> overrides,
    Optional<Version> rulesAsOf) {

  Modes {
    toggles = Map.copyOf(toggles);
    overrides = List.copyOf(overrides);
  }

  /** Returns what is chosen for a rule in a namespace; the name is empty for none. */
  ModeChoice pick(RuleInfo rule, String namespace, Map<String, String> labels) {
    ModeChoice pick = rules.over(ModeChoice.defaultOf(rule), rule);
    String named = toggleOf(rule);
    Mode toggle = toggles.get(named);
    if (toggle != null) {
      pick = new ModeChoice(toggle, new ModeSource.Toggle(named), true, pick.parameters());
    }
    for (NamespaceOverride override : overrides) {
      if (override.covers(namespace, labels)) {
        pick = override.rules().over(pick, rule);
      }
    }
    return tamed(pick, rule);
  }

  /** The toggle of the rule that it was a part of counts where nothing names it by its own id. */
  private String toggleOf(RuleInfo rule) {
    boolean named = toggles.containsKey(rule.id()) || rules.named().containsKey(rule.id());
    return rule.formerly()
        .filter(old -> !named && toggles.containsKey(old) && toggles.get(old) != Mode.FIX)
        .orElse(rule.id());
  }

  /** A rule that has just come must not refuse or change anything before somebody named it. */
  private ModeChoice tamed(ModeChoice pick, RuleInfo rule) {
    boolean acts = pick.mode() == Mode.DENY || pick.mode() == Mode.FIX;
    return acts && !pick.byName() && known.isNew(rule, rulesAsOf)
        ? new ModeChoice(
            Mode.WARN,
            new ModeSource.NewRule(pick.source(), rule.since().toString()),
            false,
            pick.parameters())
        : pick;
  }
}
