package io.meshguard.policy;

import io.meshguard.engine.ModeSource;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;

/**
 * What a policy makes of one rule in one namespace.
 *
 * @param rule the rule
 * @param configured the mode that was chosen for it
 * @param mode the mode after the cap on all rules
 * @param source what chose it
 */
public record Explained(RuleInfo rule, Mode configured, Mode mode, ModeSource source) {}
