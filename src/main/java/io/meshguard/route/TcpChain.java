package io.meshguard.route;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A filter chain that forwards bytes.
 *
 * @param serverNames server names of TLS that it takes; empty for any
 * @param subnets destinations that it takes; empty for any
 * @param targets where to
 * @param virtualService who says it; empty where istiod makes it for a service
 * @param service the service that it was made for; empty for one of a gateway
 * @param at the entry of {@code tls} or {@code tcp}; missing where istiod made it
 * @param terminates whether it ends TLS, of a gateway
 */
public record TcpChain(
    List<String> serverNames,
    List<String> subnets,
    List<Target> targets,
    Optional<Resource> virtualService,
    Optional<MeshService> service,
    Cursor at,
    boolean terminates) {
  /** Copies the lists. */
  public TcpChain {
    serverNames = List.copyOf(serverNames);
    subnets = List.copyOf(subnets);
    targets = List.copyOf(targets);
  }

  /** Returns whether it takes every connection. */
  public boolean takesAll() {
    return (serverNames.isEmpty() || serverNames.contains("*")) && subnets.isEmpty();
  }

  /** Returns whether Envoy would find both alike. */
  boolean isLike(TcpChain other) {
    return Set.copyOf(serverNames).equals(Set.copyOf(other.serverNames))
        && Set.copyOf(subnets).equals(Set.copyOf(other.subnets));
  }
}
