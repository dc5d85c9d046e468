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

  /** Returns whether a trace breaks off where a header gets a value that is not its own. */
  static boolean isBrokenByValue(String header, String value) {
    String name = header.strip().toLowerCase(Locale.ROOT);
    boolean own = value.toLowerCase(Locale.ROOT).contains("%req(" + name);
    return NAMES.contains(name) && !own;
  }
}
