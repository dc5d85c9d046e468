package io.meshguard.kube;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.RuleInfo;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Which objects of a cluster rules need, watched or listed. */
public final class WatchedKinds {

  private WatchedKinds() {}

  /** Returns the kinds that are watched in all namespaces. */
  public static Set<Kind> of(Collection<RuleInfo> rules) {
    Set<Kind> kinds = new LinkedHashSet<>();
    kinds.add(Kind.NAMESPACE);
    kinds.add(Kind.MUTATING_WEBHOOK_CONFIGURATION);
    rules.stream()
        .filter(rule -> !rule.linterOnly())
        .forEach(
            rule -> {
              kinds.addAll(rule.reads());
              kinds.addAll(rule.subjects());
            });
    kinds.remove(Kind.CONFIG_MAP);
    return kinds;
  }

  /** Of the ConfigMaps of a root namespace those are kept that rules look for. */
  public static Predicate<Resource> wanted(Kind kind) {
    return kind.equals(Kind.CONFIG_MAP) ? IstiodSettings::isRead : any -> true;
  }
}
