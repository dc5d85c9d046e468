package io.meshguard.rules.http10;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Optional;

/** Whether somebody in the mesh runs the nginx that a ConfigMap configures. */
final class NginxConcern {

  /** One is enough for a finding, and a file that so many mount is looked at no further. */
  private static final int MOST_USERS = 500;

  private final Resource map;
  private final Optional<NginxMain> main;
  private final Http10Support support;
  private final NginxUse.Users users;

  /**
   * Makes a view of the users of a ConfigMap.
   *
   * @param main what may stand around its files; empty where they are whole
   */
  NginxConcern(Resource map, Optional<NginxMain> main, Http10Support support, Mesh mesh) {
    this.map = map;
    this.main = main;
    this.support = support;
    this.users = NginxUse.of(map, mesh);
  }

  /** Returns whether not all users are looked at. */
  boolean isCutShort() {
    return users.workloads().size() > MOST_USERS;
  }

  /**
   * Returns whether a sidecar may refuse what nginx sends. Where no workload is seen to mount the
   * file, its namespace tells whether it is in the mesh.
   *
   * @param explicit whether HTTP/1.0 is written in the file, not nginx's default
   */
  boolean of(boolean explicit) {
    List<Workload> all = users.workloads();
    if (all.isEmpty()) {
      return users.mayBeMore() && support.mayConcern(map.namespace());
    }
    return all.subList(0, Math.min(MOST_USERS, all.size())).stream()
        .filter(user -> NginxUse.defaultsToHttp10(user).filter(old -> explicit || old).isPresent())
        .filter(user -> explicit || main.filter(m -> m.maySetVersion(user)).isEmpty())
        .anyMatch(support::mayConcern);
  }
}
