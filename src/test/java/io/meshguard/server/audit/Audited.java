package io.meshguard.server.audit;

import io.meshguard.audit.Failure;
import io.meshguard.engine.GradedFinding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Has an audit's meters say something where there is no cluster to be audited. */
public final class Audited {

  private Audited() {}

  /** Tells of one run that found these. */
  public static void once(AuditMeters meters, List<GradedFinding> judged) {
    List<Failure> failures = judged.stream().map(one -> new Failure(one, false)).toList();
    meters.ran(1, failures, List.of(), Instant.EPOCH, Duration.ofMillis(1));
  }

  /** Tells that this replica does not audit. */
  public static void end(AuditMeters meters) {
    meters.idle();
  }
}
