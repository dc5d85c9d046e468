package io.meshguard.trace;

import io.meshguard.match.Condition;
import java.util.List;
import java.util.Optional;

/**
 * A decision on the way of a request.
 *
 * @param kind what is decided
 * @param words what the sentence of the kind speaks of
 * @param places where that is written, the decisive place first
 * @param passed what was not chosen, and why
 */
public record Step(Kind kind, List<String> words, List<Place> places, List<Passed> passed) {
  /** Copies the lists. */
  public Step {
    words = List.copyOf(words);
    places = List.copyOf(places);
    passed = List.copyOf(passed);
  }

  static Step of(Kind kind, List<Place> places, String... words) {
    return new Step(kind, List.of(words), places, List.of());
  }

  /** What is decided. */
  public enum Kind {
    /** The name is found: host and what it stands for. */
    NAME,
    /** The client has no sidecar: workload. */
    NO_SIDECAR,
    /** The listener of a gateway: port, protocol. */
    GATEWAY_LISTENER,
    /** The gateway listens at other ports only: port, ports. */
    GATEWAY_PORTS,
    /** The server of a gateway by server name: server name. */
    GATEWAY_SERVER,
    /** The listener of a sidecar: address, port. */
    SIDECAR_LISTENER,
    /** No listener of a sidecar: address, port. */
    SIDECAR_NO_LISTENER,
    /** The connection is read as HTTP: the protocol of the port. */
    READ_AS_HTTP,
    /** The connection is not read: why. */
    READ_AS_BYTES,
    /** HTTP/1.0 is not taken for HTTP. */
    HTTP_10,
    /** TLS is not taken for HTTP. */
    TLS_IS_PASSED,
    /** The virtual host: authority, domain. */
    VIRTUAL_HOST,
    /** No virtual host: authority. */
    NO_VIRTUAL_HOST,
    /** Requests without TLS are redirected: domain. */
    REQUIRES_TLS,
    /** The route: its name or number. */
    ROUTE,
    /** No route takes the request: number of routes. */
    NO_ROUTE,
    /** The chain of bytes. */
    CHAIN,
    /** A fault is injected: status, percent. */
    FAULT,
    /** A delay is injected: delay, percent. */
    DELAY,
    /** Path or authority are rewritten: path, authority. */
    REWRITE,
    /** The destination: cluster, share. */
    DESTINATION,
    /** The DestinationRule in force: host, rules. */
    DESTINATION_RULE,
    /** No DestinationRule is in force: host. */
    NO_DESTINATION_RULE,
    /** How long and how often: timeout, attempts, source. */
    LIMITS,
    /** The server's sidecar: workload, port, protocol. */
    SERVER,
    /** There is no sidecar at the server: workload. */
    SERVER_WITHOUT_SIDECAR,
    /** A route that would take the request if it stood first. */
    WOULD_TAKE
  }

  /**
   * Something that was not chosen.
   *
   * @param place where it is written
   * @param reason why
   * @param condition the condition that the request does not meet
   */
  public record Passed(Place place, Reason reason, Optional<Condition> condition) {}

  /** Why something was not chosen. */
  public enum Reason {
    /** The request does not meet a condition. */
    CONDITION,
    /** Another one of the same host is older, or nearer to the client. */
    LATER,
    /** It is not in force for the client. */
    NOT_IN_FORCE,
    /** It comes after the one that takes the request. */
    BEHIND,
    /** It is bound to other gateways. */
    OTHER_GATEWAY,
    /** No server of the gateway takes its host for its namespace. */
    HOST_NOT_TAKEN,
    /** It is not exported to the namespace of the proxy. */
    NOT_EXPORTED,
    /** It has no route for this proxy. */
    NO_ROUTE_HERE
  }
}
