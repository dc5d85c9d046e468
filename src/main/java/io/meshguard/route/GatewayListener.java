package io.meshguard.route;

import io.meshguard.traffic.ServerMerge.Loss;
import io.meshguard.traffic.ServerMerge.Server;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A listener of a gateway.
 *
 * @param servers the servers that it serves, in order
 * @param losses why servers are left out or lose requests
 * @param refused whether Envoy refuses it, so that it keeps what it had before
 */
public record GatewayListener(
    List<Server> servers, IdentityHashMap<Server, Loss> losses, boolean refused) {
  /** Copies the list; servers are told apart by identity. */
  public GatewayListener {
    servers = List.copyOf(servers);
    losses = new IdentityHashMap<>(losses);
  }

  /** Returns whether it serves HTTP without TLS. */
  public boolean isPlainHttp() {
    return !servers.isEmpty() && servers.get(0).isPlain();
  }

  /** Returns whether it takes bytes without TLS. */
  public boolean isBytes() {
    return !servers.isEmpty() && servers.get(0).isBytes();
  }
}
