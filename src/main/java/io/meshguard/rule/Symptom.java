package io.meshguard.rule;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a mistake shows: what a client gets, and what stands in the access log of the proxy where the
 * request ends.
 *
 * @param status HTTP status; {@link #NO_STATUS} where the client gets none, because its connection
 *     is refused or ends
 * @param flags response flags; none is a {@code -} in the log
 * @param details {@code %RESPONSE_CODE_DETAILS%}, or those of the connection; empty where they vary
 */
public record Symptom(int status, Set<ResponseFlag> flags, String details) {

  /** There is no status, because there is no answer. */
  public static final int NO_STATUS = 0;

  /** What stands for a missing status. */
  public static final String NO_ANSWER_TEXT = "reset";

  /** What stands for a missing flag. */
  public static final String NO_FLAG_TEXT = "-";

  /** No connection, and no proxy that would log it. */
  public static final Symptom NO_ANSWER = of(NO_STATUS, "");

  /** The listener has no filter chain for the connection. */
  public static final Symptom NO_CHAIN = of(NO_STATUS, "filter_chain_not_found", ResponseFlag.NR);

  /** No virtual host, or no route of it, takes the request. */
  public static final Symptom NO_ROUTE = of(404, "route_not_found", ResponseFlag.NR);

  /** HTTP/1.0 where it is not allowed. */
  public static final Symptom LOW_VERSION = of(426, "low_version", ResponseFlag.DPE);

  /** Headers above the limit. */
  public static final Symptom LARGE_HEADERS = of(431, "http1.headers_too_large", ResponseFlag.DPE);

  /** The host is not in the registry, and the sidecar blocks it. */
  public static final Symptom BLOCKED = of(502, "direct_response");

  /** The cluster of the route does not exist. */
  public static final Symptom NO_CLUSTER = of(503, "cluster_not_found", ResponseFlag.NC);

  /** The cluster has no healthy endpoint. */
  public static final Symptom NO_ENDPOINT = of(503, "no_healthy_upstream", ResponseFlag.UH);

  /** A limit of connections or requests is reached. */
  public static final Symptom OVERFLOW =
      of(503, "upstream_reset_before_response_started{overflow}", ResponseFlag.UO);

  /** The server answered 503 as often as it was asked again. */
  public static final Symptom RETRIED_IN_VAIN = of(503, "via_upstream", ResponseFlag.URX);

  /** The route's timeout is over. */
  public static final Symptom TIMEOUT = of(504, "response_timeout", ResponseFlag.UT);

  /** Copies the flags. */
  public Symptom {
    flags = Set.copyOf(flags);
  }

  /** Describes what an access log shows. */
  public static Symptom of(int status, String details, ResponseFlag... flags) {
    Set<ResponseFlag> set = EnumSet.noneOf(ResponseFlag.class);
    set.addAll(List.of(flags));
    return new Symptom(status, set, details);
  }

  /** Describes an answer of the server itself, which proxies pass on. */
  public static Symptom fromServer(int status) {
    return of(status, "via_upstream");
  }

  /** Returns it as in a log: status, flags, details. */
  @Override
  public String toString() {
    String shown = status == NO_STATUS ? NO_ANSWER_TEXT : Integer.toString(status);
    String codes = flags.stream().sorted().map(Enum::name).collect(Collectors.joining(","));
    if (codes.isEmpty() && details.isEmpty()) {
      return shown;
    }
    return (shown + " " + (codes.isEmpty() ? NO_FLAG_TEXT : codes) + " " + details).strip();
  }
}
