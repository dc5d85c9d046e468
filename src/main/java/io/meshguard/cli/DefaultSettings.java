package io.meshguard.cli;

import io.meshguard.rule.Decision;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Settings;
import io.meshguard.rule.Subject;

/** What holds where nobody wrote a policy. */
record DefaultSettings() implements Settings {

  @Override
  public Decision decide(RuleInfo rule, Subject subject) {
    return Decision.defaultOf(rule);
  }

  @Override
  public boolean ratchet() {
    return true;
  }

  @Override
  public boolean dryRunEnforced(Subject subject) {
    return false;
  }

  @Override
  public Gitops gitops() {
    return Gitops.WARN;
  }

  @Override
  public boolean stamp() {
    return true;
  }

  @Override
  public Language language(Subject subject) {
    return Language.EN;
  }
}
