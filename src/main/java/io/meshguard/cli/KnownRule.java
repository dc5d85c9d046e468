package io.meshguard.cli;

import io.meshguard.resource.Nearest;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.SafeText;
import java.util.List;
import java.util.Optional;

/** Finds a rule by the name that a user gave. */
final class KnownRule {

  private KnownRule() {}

  /**
   * Returns the rule of an id.
   *
   * @throws UnusableException if there is none; says which one may be meant
   */
  static RuleInfo find(String id, List<Rule> rules) {
    Optional<RuleInfo> found =
        rules.stream().map(Rule::info).filter(info -> info.id().equals(id)).findFirst();
    return found.orElseThrow(() -> unknown(id, rules));
  }

  private static UnusableException unknown(String id, List<Rule> rules) {
    List<String> ids = rules.stream().map(rule -> rule.info().id()).toList();
    String shown = SafeText.cut(id);
    return Nearest.to(id, ids)
        .map(near -> new UnusableException("rule.meant", shown, near))
        .orElseGet(() -> new UnusableException("rule.unknown", shown));
  }
}
