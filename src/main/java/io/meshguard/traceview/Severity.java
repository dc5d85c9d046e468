package io.meshguard.traceview;

import io.meshguard.trace.Outcome;
import io.meshguard.trace.TraceResult;

/** Whether an outcome is an error to the client. */
public final class Severity {

  private static final int FIRST_ERROR = 400;

  private Severity() {}

  /** Returns whether the client gets an error, or no connection. */
  public static boolean isError(Outcome outcome) {
    return outcome.status() >= FIRST_ERROR
        || outcome instanceof Outcome.Refused
        || outcome instanceof Outcome.NoCluster
        || outcome instanceof Outcome.NoEndpoint
        || outcome instanceof Outcome.Blocked
        || outcome instanceof Outcome.Unusable;
  }

  /** Returns whether some requests of an answer end in an error. */
  public static boolean hasError(TraceResult trace) {
    return trace.branches().stream()
        .flatMap(branch -> branch.shares().stream())
        .anyMatch(share -> isError(share.outcome()));
  }
}
