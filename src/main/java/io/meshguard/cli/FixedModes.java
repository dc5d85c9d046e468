package io.meshguard.cli;

import io.meshguard.engine.Decision;
import io.meshguard.engine.Settings;
import io.meshguard.engine.Subject;
import io.meshguard.mesh.Requester;
import io.meshguard.policy.Policy;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.util.Optional;

/**
 * A policy as it would be if rules had other modes, with its exemptions and parameters.
 *
 * @param policy the policy as it is
 * @param mode the mode of each rule instead; empty for the policy's own
 * @param gitops what would become of fixes on objects that are kept in Git
 */
record FixedModes(Policy policy, Optional<Mode> mode, Gitops gitops) implements Settings {

  @Override
  public Decision decide(RuleInfo rule, Subject subject) {
    Decision as = policy.decide(rule, subject);
    if (mode.isEmpty()) {
      return as;
    }
    Mode instead = mode.get();
    return new Decision(
        instead, instead, as.source(), as.parameters(), as.exemption(), as.notices());
  }

  @Override
  public boolean ratchet() {
    return policy.ratchet();
  }

  @Override
  public boolean dryRunEnforced(Subject subject) {
    return policy.dryRunEnforced(subject);
  }

  @Override
  public boolean controller(Requester requester) {
    return policy.controller(requester);
  }

  @Override
  public boolean stamp() {
    return policy.stamp();
  }

  @Override
  public Language language(Subject subject) {
    return policy.language(subject);
  }
}
