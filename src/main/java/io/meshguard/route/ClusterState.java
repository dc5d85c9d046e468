package io.meshguard.route;

import io.meshguard.istio.ServicePort;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Optional;

/** Whether a proxy has a cluster. */
public sealed interface ClusterState {

  /**
   * It has.
   *
   * @param service what registers the host; empty where it is registered elsewhere
   * @param port its port
   * @param rule the DestinationRules in force
   * @param endpoints what stands behind it
   */
  record Present(
      Optional<MeshService> service,
      Optional<ServicePort> port,
      Optional<RuleInForce> rule,
      Endpoints endpoints)
      implements ClusterState {}

  /**
   * It has not: Envoy answers 503 with the flag NC.
   *
   * @param cause why
   * @param names what the cause speaks of
   * @param objects objects that are there and do not help
   */
  record Missing(Cause cause, List<String> names, List<Resource> objects) implements ClusterState {
    /** Copies the lists. */
    public Missing {
      names = List.copyOf(names);
      objects = List.copyOf(objects);
    }
  }

  /** Why a cluster is missing. */
  enum Cause {
    /** Nothing registers the host. */
    NO_HOST,
    /** The host is registered, but not for the namespace of the proxy. */
    NOT_EXPORTED,
    /** The Sidecar in force does not take the host in. */
    NOT_IMPORTED,
    /** The host has no such port. */
    NO_PORT,
    /** The port is one of UDP. */
    UDP,
    /** An ExternalName Service has no clusters, and its target is not registered. */
    ALIAS,
    /** No DestinationRule in force defines the subset. */
    NO_SUBSET,
    /** A ServiceEntry that is resolved by DNS has no endpoint with the labels of the subset. */
    EMPTY_SUBSET,
    /** The destination names no host. */
    NO_NAME
  }

  /** What stands behind a cluster. */
  enum Endpoints {
    /** Some, or it is not looked at: whether Pods are ready is not known. */
    SOME,
    /** None: Envoy answers 503 with the flag UH. */
    NONE,
    /** The address that the client called. */
    CALLED
  }
}
