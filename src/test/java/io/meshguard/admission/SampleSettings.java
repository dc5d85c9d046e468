package io.meshguard.admission;

import io.meshguard.engine.Decision;
import io.meshguard.engine.ModeSource;
import io.meshguard.engine.Settings;
import io.meshguard.engine.Subject;
import io.meshguard.mesh.Requester;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.RuleInfo;
import java.util.List;
import java.util.Optional;

/** Settings that give every rule the same mode. */
record SampleSettings(Mode configured, Mode mode, Language language, List<Message> notices)
    implements Settings {

  static SampleSettings of(Mode mode) {
    return new SampleSettings(mode, mode, Language.EN, List.of());
  }

  @Override
  public Decision decide(RuleInfo rule, Subject subject) {
    return new Decision(
        configured,
        mode,
        new ModeSource.Toggle(rule.id()),
        Parameters.NONE,
        Optional.empty(),
        notices);
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
  public Gitops gitops() {
    return Gitops.WARN;
  }

  @Override
  public boolean stamp() {
    return false;
  }

  @Override
  public Language language(Subject subject) {
    return language;
  }
}
