package io.meshguard.traffic;

import io.meshguard.istio.HostName;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The VirtualServices that send traffic to the subsets of hosts. */
public final class SubsetRoutes {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = Set.of(Kind.VIRTUAL_SERVICE);

  private static final Index BY_SUBSET =
      new Index("virtual-services-by-subset", Kind.VIRTUAL_SERVICE, SubsetRoutes::keys);

  private SubsetRoutes() {}

  /** Returns the VirtualServices in view with a destination that is a subset of a host. */
  public static List<Resource> to(String host, String subset, Mesh mesh) {
    String indexed = HostName.indexed(host, mesh.facts().clusterDomain());
    return mesh.list(BY_SUBSET, key(indexed, subset)).items();
  }

  private static Set<String> keys(Resource virtualService) {
    Set<String> keys = new HashSet<>();
    for (Destination destination : Destination.of(virtualService)) {
      if (!destination.subset().isEmpty()) {
        String host =
            HostName.completed(
                destination.written(), virtualService.namespace(), HostName.INDEX_DOMAIN);
        keys.add(key(host.toLowerCase(Locale.ROOT), destination.subset()));
      }
    }
    return keys;
  }

  private static String key(String host, String subset) {
    return host + "|" + subset;
  }
}
