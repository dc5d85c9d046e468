package io.meshguard.admission;

/**
 * Counts and logs what becomes of reviews.
 *
 * @param metrics counts
 * @param log logs denials and faults
 */
record ReviewListener(ReviewMetrics metrics, ReviewLog log) {

  /**
   * A request was answered.
   *
   * @param handler name of the path that it came in at
   * @param uid its uid
   */
  void answered(String handler, String uid, ReviewResult result) {
    AdmissionRequest request = result.asked().withUid(uid);
    ReviewSummary summary = result.summary();
    if (summary.unknownKind()) {
      metrics.unknownKind();
    }
    summary.findings().forEach(found -> metrics.finding(found.rule(), found.mode()));
    summary.cutShort().forEach(metrics::cutShort);
    summary.faults().forEach(fault -> metrics.fault(fault.rule().id()));
    log.judged(request, summary);
    log.faults(request, summary.faults());
    metrics.review(handler, request, result.outcome());
  }

  /** Something of which no request could be read, or that was not looked at, was answered. */
  void unread(String handler, ReviewOutcome outcome) {
    metrics.unread(handler, outcome);
  }

  /** An object was let through that goes over a limit. */
  void overLimit(String handler, ReviewLimit limit) {
    metrics.unread(handler, ReviewOutcome.OVER_LIMIT);
    metrics.overLimit(limit);
  }

  /**
   * A review failed as a whole.
   *
   * @param uid uid of its request, or what else is known of it
   */
  void failed(String handler, String uid, Throwable cause) {
    metrics.unread(handler, ReviewOutcome.FAILED);
    log.failed(uid, cause);
  }

  /** Something failed on the way to an answer, which is given and counted all the same. */
  void stumbled(String where, Throwable cause) {
    log.failed(where, cause);
  }

  /** An answer was on its way after so many nanoseconds. */
  void took(String handler, long nanos) {
    metrics.latency(handler, nanos);
  }

  /** A request was answered like the last equal one. */
  void repeated(String handler) {
    metrics.repeated(handler);
  }
}
