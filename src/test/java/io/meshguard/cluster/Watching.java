package io.meshguard.cluster;

import io.meshguard.resource.Kind;
import io.meshguard.rule.RuleInfo;
import java.util.Collection;
import java.util.Set;

/** What a {@link MeshWatch} watches, told to tests of other packages. */
public final class Watching {

  private Watching() {}

  /** Returns the kinds that are watched in all namespaces. */
  public static Set<Kind> everywhere(Collection<RuleInfo> rules) {
    return MeshWatch.kinds(rules);
  }

  /** Returns the kinds that are watched in the mesh's root namespaces. */
  public static Set<Kind> inMeshNamespaces() {
    return Set.of(Kind.CONFIG_MAP, Kind.DEPLOYMENT);
  }
}
