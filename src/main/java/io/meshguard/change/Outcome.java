package io.meshguard.change;

import io.meshguard.route.Action.Redirect;
import io.meshguard.route.Action.Rewrite;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of requests, without the limits that they are forwarded under.
 *
 * @param kind what it is
 * @param shares where they are forwarded to, in order of names; empty for every other kind
 * @param rewrite what becomes of path and authority before that
 * @param redirect where the client is sent; empty for every other kind
 * @param status status of an answer that the proxy gives itself; 0 for none
 * @param prefix what of the path is replaced, where that depends on the route
 */
public record Outcome(
    Kind kind,
    List<Share> shares,
    Rewrite rewrite,
    Optional<Redirect> redirect,
    int status,
    String prefix) {

  /** What becomes of requests. */
  public enum Kind {
    /** They are forwarded. */
    FORWARD,
    /** The client is sent elsewhere. */
    REDIRECT,
    /** The client is sent to https. */
    TO_HTTPS,
    /** The proxy answers as a route says. */
    ANSWER,
    /** The proxy answers with an injected fault. */
    FAULT,
    /** They are passed on to the address that the client called. */
    PASS,
    /** Nothing takes the host or the request: 404 with the flag NR. */
    NO_ROUTE,
    /** Nobody registers the host, and calls outside the mesh are refused: 502. */
    BLOCKED,
    /** Envoy refuses the routes and keeps what it had. */
    REFUSED,
    /** Nothing listens there: the connection is refused. */
    NO_LISTENER
  }

  /** Copies the list. */
  public Outcome {
    shares = List.copyOf(shares);
  }

  /** Returns an outcome that has no further particulars. */
  static Outcome of(Kind kind, int status) {
    return new Outcome(kind, List.of(), Rewrite.NONE, Optional.empty(), status, "");
  }

  /** Returns whether the client gets an error, or nothing, or may get one for a share of calls. */
  public boolean fails() {
    return switch (kind) {
      case FORWARD -> shares.stream().anyMatch(share -> share.state() != Share.State.USABLE);
      case REDIRECT, TO_HTTPS, PASS -> false;
      case ANSWER, FAULT -> status >= 400;
      case NO_ROUTE, BLOCKED, REFUSED, NO_LISTENER -> true;
    };
  }
}
