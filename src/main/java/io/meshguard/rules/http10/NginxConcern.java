package io.meshguard.rules.http10;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.process.NginxProxies;
import io.meshguard.process.NginxProxies.Proxy;
import io.meshguard.process.NginxUse;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether somebody in the mesh runs the nginx that a ConfigMap configures. */
final class NginxConcern {

  /** One is enough for a finding, and a file that so many mount is looked at no further. */
  private static final int MOST_USERS = 500;

  private final Resource map;
  private final Optional<NginxMain> main;
  private final Http10Support support;
  private final NginxUse.Users users;
  private final boolean explicit;
  private final boolean byDefault;
  private final Map<String, List<String>> environment = new HashMap<>();

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
    this.explicit = concerns(true);
    this.byDefault = concerns(false);
    users.workloads().stream()
        .limit(MOST_USERS)
        .flatMap(user -> user.template().containers().stream())
        .flatMap(container -> container.at("env").each().stream())
        .forEach(
            variable ->
                environment
                    .computeIfAbsent(variable.at("name").text(""), n -> new ArrayList<>())
                    .add(variable.at("value").text("")));
  }

  /** Returns whether not all users are looked at. */
  boolean isCutShort() {
    return users.workloads().size() > MOST_USERS;
  }

  /** Returns whether a proxy may refuse what nginx sends to a server by HTTP/1.0. */
  boolean of(Proxy proxy) {
    if (!(proxy.scope().version().isPresent() ? explicit : byDefault)) {
      return false;
    }
    Set<String> servers = proxy.variable().map(this::serversIn).orElseGet(() -> proxy.servers());
    if (servers.isEmpty()) {
      return proxy.variable().isEmpty() && support.mayBeRefused(map.namespace());
    }
    return servers.stream().anyMatch(server -> support.mayBeRefused(server, map.namespace()));
  }

  /** Returns the servers that a variable names in all containers that set it; none if unclear. */
  private Set<String> serversIn(String variable) {
    List<String> addresses = environment.getOrDefault(variable, List.of());
    boolean plain = addresses.stream().allMatch(address -> address.startsWith(NginxProxies.HTTP));
    Set<String> servers =
        plain ? addresses.stream().map(NginxProxies::hostOf).collect(Collectors.toSet()) : Set.of();
    return servers.stream().anyMatch(NginxProxies::isLoopback) ? Set.of() : servers;
  }

  /**
   * Returns whether a client in the mesh may send HTTP/1.0. Where no workload is seen to mount the
   * file, its namespace tells whether it is in the mesh.
   *
   * @param written whether HTTP/1.0 is written in the file, not nginx's default
   */
  private boolean concerns(boolean written) {
    List<Workload> all = users.workloads();
    if (all.isEmpty()) {
      return users.mayBeMore() && support.mayConcern(map.namespace());
    }
    return all.subList(0, Math.min(MOST_USERS, all.size())).stream()
        .filter(user -> NginxUse.defaultsToHttp10(user).filter(old -> written || old).isPresent())
        .filter(user -> written || main.filter(m -> m.maySetVersion(user)).isEmpty())
        .anyMatch(support::mayConcern);
  }
}
