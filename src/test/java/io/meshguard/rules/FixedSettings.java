package io.meshguard.rules;

import io.meshguard.engine.Decision;
import io.meshguard.engine.ModeSource;
import io.meshguard.engine.Settings;
import io.meshguard.engine.Subject;
import io.meshguard.mesh.Requester;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.RuleInfo;
import java.util.List;
import java.util.Optional;

/**
 * Settings that give every rule the same mode and parameters, and say what happens to objects in
 * Git.
 */
record FixedSettings(Mode mode, Parameters parameters, Gitops gitops) implements Settings {

  FixedSettings(Mode mode, Parameters parameters) {
    this(mode, parameters, Gitops.WARN);
  }

  @Override
  public Decision decide(RuleInfo rule, Subject subject) {
    return new Decision(
        mode, mode, new ModeSource.BuiltIn(), parameters, Optional.empty(), List.of());
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
  public boolean controller(Requester requester) {
    return requester.serviceAccount().startsWith("kube-system/");
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
