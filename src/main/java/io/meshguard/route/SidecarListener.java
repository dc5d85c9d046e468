package io.meshguard.route;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A listener of a sidecar for outgoing connections.
 *
 * @param address the address that it is bound to, {@code 0.0.0.0} for any
 * @param port its port
 * @param http whether it has a chain that reads HTTP
 * @param httpOnly whether that chain takes every connection, whatever it speaks
 * @param owner the one service whose routes the HTTP chain reads; empty where it reads those of the
 *     port
 * @param chains the chains that forward bytes, in order
 * @param names names of hosts that it was made for
 */
public record SidecarListener(
    String address,
    int port,
    boolean http,
    boolean httpOnly,
    Optional<MeshService> owner,
    List<TcpChain> chains,
    Set<String> names) {

  /** The address of a listener for any. */
  public static final String ANY = "0.0.0.0";

  /** Copies the collections. */
  public SidecarListener {
    chains = List.copyOf(chains);
    names = Set.copyOf(names);
  }
}
