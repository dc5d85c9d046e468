package io.meshguard.rules.tracing;

import java.util.Locale;
import java.util.Set;

/** The request headers that carry a trace from one service to the next, in lower case. */
final class TraceHeaders {

  /** Istio's own, W3C, B3, and those of Datadog, SkyWalking, Stackdriver and Lightstep. */
  private static final Set<String> NAMES =
      Set.of(
          "x-request-id",
          "traceparent",
          "tracestate",
          "b3",
          "x-b3-traceid",
          "x-b3-spanid",
          "x-b3-parentspanid",
          "x-b3-sampled",
          "x-b3-flags",
          "x-ot-span-context",
          "x-datadog-trace-id",
          "x-datadog-parent-id",
          "x-datadog-sampling-priority",
          "sw8",
          "x-cloud-trace-context",
          "grpc-trace-bin");

  /** To set one of these forces or forbids sampling, and leaves the trace whole. */
  private static final Set<String> SAMPLING =
      Set.of("x-b3-sampled", "x-b3-flags", "x-datadog-sampling-priority");

  private TraceHeaders() {}

  /** Returns whether a trace breaks off where a header is taken away. */
  static boolean isBrokenByRemoval(String header) {
    return NAMES.contains(header.strip().toLowerCase(Locale.ROOT));
  }

  /** Returns whether a trace breaks off where a header gets a value that is not its own. */
  static boolean isBrokenByValue(String header, String value) {
    String name = header.strip().toLowerCase(Locale.ROOT);
    boolean own = value.toLowerCase(Locale.ROOT).contains("%req(" + name);
    return NAMES.contains(name) && !SAMPLING.contains(name) && !own;
  }
}
