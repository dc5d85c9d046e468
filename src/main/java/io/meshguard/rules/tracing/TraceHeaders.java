package io.meshguard.rules.tracing;

import java.util.Locale;
import java.util.Set;

/**
 * The request headers without which a trace does not go on from one service to the next, in lower
 * case. What only adds to them is left out: a vendor's data (tracestate), the parent of the parent,
 * and what forces or forbids sampling.
 */
final class TraceHeaders {

  /** Istio's own, W3C, B3, and those of Datadog, SkyWalking, Stackdriver and Lightstep. */
  private static final Set<String> NAMES =
      Set.of(
          "x-request-id",
          "traceparent",
          "b3",
          "x-b3-traceid",
          "x-b3-spanid",
          "x-ot-span-context",
          "x-datadog-trace-id",
          "x-datadog-parent-id",
          "sw8",
          "x-cloud-trace-context",
          "grpc-trace-bin");

  private TraceHeaders() {}

  /** Returns whether a trace breaks off where a header is taken away. */
  static boolean isBrokenByRemoval(String header) {
    return NAMES.contains(header.strip().toLowerCase(Locale.ROOT));
  }

  /**
   * Returns whether a trace breaks off where a header gets a value. What the proxy makes for each
   * request may be the header's own value, as {@code %STREAM_ID%} for the request id, or that of
   * another header in which the trace goes on.
   */
  static boolean isBrokenByValue(String header, String value) {
    return isBrokenByRemoval(header) && !isMadeByProxy(value);
  }

  private static boolean isMadeByProxy(String value) {
    for (int i = value.indexOf('%'); i >= 0; i = value.indexOf('%', i + 1)) {
      if (i + 1 < value.length() && value.charAt(i + 1) >= 'A' && value.charAt(i + 1) <= 'Z') {
        return true;
      }
    }
    return false;
  }
}
