package io.meshguard.traffic;

import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.HostTable.HostPorts;
import java.util.Optional;
import java.util.Set;

/** What becomes of requests that a route sends to a destination. */
public sealed interface Outcome {

  /** Envoy has a cluster of that name. */
  record Forwarded() implements Outcome {}

  /** That is not known. */
  record Unknown() implements Outcome {}

  /**
   * Envoy has no cluster of that name: 503 with the flag NC, or a connection that is closed.
   *
   * @param host full name of the host
   * @param cause what is missing
   */
  record NoCluster(String host, Cause cause) implements Outcome {}

  /** Why there is no cluster. */
  sealed interface Cause {}

  /** No Service and no ServiceEntry has the host. */
  record NoHost() implements Cause {}

  /**
   * The host is not exported to any of the clients.
   *
   * @param namespace one of their namespaces
   */
  record NotExported(String namespace) implements Cause {}

  /**
   * The host is an alias for a name that nothing registers.
   *
   * @param target the name
   * @param holds in which versions aliases are resolved so
   */
  record DeadAlias(String target, Applicability holds) implements Cause {}

  /** No DestinationRule defines the subset. */
  record NoSubset() implements Cause {}

  /** Only a DestinationRule whose host has other letters defines the subset. */
  record MisspeltRule(Resource rule) implements Cause {}

  /**
   * Another DestinationRule, or none, is in force for the clients.
   *
   * @param namespace one of their namespaces
   */
  record HiddenSubset(String namespace, Optional<Resource> rule) implements Cause {}

  /**
   * The host has no such port.
   *
   * @param port the port
   * @param ports those that it has
   */
  record NoPort(int port, HostPorts ports) implements Cause {}

  /**
   * No port is named, so a sidecar takes the one that the caller used, and the host lacks it.
   *
   * @param lacking ports that callers may use and the host lacks
   * @param all whether it has none of those that callers may use
   * @param ports those that it has
   */
  record NoPortOfCaller(Set<Integer> lacking, boolean all, HostPorts ports) implements Cause {}

  /**
   * No port is named and the host has several, so a gateway takes the server's, and the host lacks
   * it.
   */
  record NoPortOfServer(GatewayServer server, HostPorts ports) implements Cause {}
}
