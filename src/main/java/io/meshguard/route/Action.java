package io.meshguard.route;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a route does with a request. */
public sealed interface Action {

  /**
   * It forwards it.
   *
   * @param targets where to
   * @param rewrite what becomes of path and authority
   * @param limits how long and how often
   */
  record Forward(List<Target> targets, Rewrite rewrite, Limits limits) implements Action {
    /** Copies the list. */
    public Forward {
      targets = List.copyOf(targets);
    }
  }

  /**
   * It sends the client elsewhere (istio pilot/pkg/networking/core/route/route.go {@code
   * ApplyRedirect} @1.30.3).
   *
   * @param status the status
   * @param scheme the new scheme; empty for that of the request
   * @param authority the new host; empty for that of the request
   * @param port the new port; empty for that of the request, or none where the scheme changes
   * @param path the new path; empty for that of the request
   * @param prefix what stands for the matched part of the path; empty where path says it
   */
  record Redirect(
      int status, String scheme, String authority, OptionalInt port, String path, String prefix)
      implements Action {}

  /**
   * It answers.
   *
   * @param status the status
   */
  record Respond(int status) implements Action {}

  /**
   * It passes the request on to the address that the client called.
   *
   * <p>Not a route of anybody's: istiod writes it for hosts that nobody registers.
   */
  record PassThrough() implements Action {}

  /** It is written in a way that istiod makes no route action of; Envoy refuses the routes. */
  record Nothing() implements Action {}

  /**
   * What becomes of path and authority.
   *
   * @param prefix what stands for the matched part of the path, or for all of it where the match is
   *     no prefix; empty for no change
   * @param pattern a pattern whose matches are replaced; empty for none
   * @param substitution what replaces them
   * @param authority the new authority; empty for no change
   */
  record Rewrite(String prefix, String pattern, String substitution, String authority) {
    /** No change. */
    public static final Rewrite NONE = new Rewrite("", "", "", "");
  }

  /**
   * What changes how a request is forwarded, but not where to.
   *
   * @param timeout as it is written, such as {@code 3s}; empty for none
   * @param retries the retries
   * @param headers operations on headers by their places, as they are written
   * @param mirrors where copies go, with the percentage
   * @param fault what is injected
   */
  record Limits(
      Optional<String> timeout,
      Retries retries,
      Map<String, String> headers,
      List<String> mirrors,
      Fault fault) {
    /** Copies the collections. */
    public Limits {
      headers = Map.copyOf(headers);
      mirrors = List.copyOf(mirrors);
    }
  }

  /**
   * Retries.
   *
   * @param attempts how often; 0 for none
   * @param perTry time for each, as it is written; empty where nothing says it
   * @param on conditions, as it is written; empty for Istio's own
   * @param source who says it
   */
  record Retries(long attempts, String perTry, String on, Source source) {
    /** Who says it. */
    public enum Source {
      /** The route. */
      ROUTE,
      /** The mesh configuration. */
      MESH,
      /** Nobody: it is what Istio does by itself. */
      ISTIO
    }
  }

  /**
   * Faults that are injected.
   *
   * @param abortStatus status of an abort; 0 for none
   * @param abortPercent share of requests that are aborted
   * @param delay as it is written; empty for none
   * @param delayPercent share of requests that are delayed
   */
  record Fault(int abortStatus, double abortPercent, String delay, double delayPercent) {
    /** None. */
    public static final Fault NONE = new Fault(0, 0, "", 0);
  }
}
