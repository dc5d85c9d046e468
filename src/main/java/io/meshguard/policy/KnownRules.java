package io.meshguard.policy;

import io.meshguard.mesh.Version;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules that a policy can speak of, and the release that has them. */
final class KnownRules {

  /** The release before which there was none: its rules surprise nobody. */
  private static final Version FIRST = new Version(0, 1, 0);

  private final Map<String, RuleInfo> byId;
  private final Version running;

  KnownRules(List<RuleInfo> rules, Version running) {
    this.byId = new LinkedHashMap<>();
    rules.forEach(rule -> byId.put(rule.id(), rule));
    this.running = running;
  }

  Set<String> ids() {
    return byId.keySet();
  }

  List<RuleInfo> all() {
    return List.copyOf(byId.values());
  }

  Optional<RuleInfo> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  Version running() {
    return running;
  }

  /** Returns whether a rule has come too lately to do more than warn without being named. */
  boolean isNew(RuleInfo rule, Optional<Version> asOf) {
    Version since = minor(Version.of(rule.since()));
    if (asOf.isPresent()) {
      return minor(asOf.get()).isBefore(since);
    }
    return FIRST.isBefore(since) && !since.isBefore(minor(running));
  }

  /** Returns whether {@code "*": fix} reaches a rule. */
  static boolean fixedByStar(RuleInfo rule) {
    return rule.fixable() && rule.defaultMode() != Mode.OFF;
  }

  private static Version minor(Version version) {
    return new Version(version.major(), version.minor(), 0);
  }
}
