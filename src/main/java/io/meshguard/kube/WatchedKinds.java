package io.meshguard.kube;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.mesh.TkeServiceController;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.RuleInfo;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
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

  /**
   * An object that rules look up by its name, outside the mesh's root namespaces.
   *
   * @param kind its kind
   * @param namespace its namespace
   * @param name its name
   */
  public record Single(Kind kind, String namespace, String name) {}

  /** Returns the objects that are watched one by one. */
  public static List<Single> single() {
    return List.of(
        new Single(Kind.CONFIG_MAP, TkeServiceController.NAMESPACE, TkeServiceController.NAME));
  }

  /** Of ConfigMaps those are kept that rules look for. */
  public static Predicate<Resource> wanted(Kind kind) {
    return kind.equals(Kind.CONFIG_MAP)
        ? map -> TkeServiceController.is(map) || IstiodSettings.isRead(map)
        : any -> true;
  }
}
