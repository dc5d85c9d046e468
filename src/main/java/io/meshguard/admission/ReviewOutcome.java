package io.meshguard.admission;

import java.util.Locale;

/** What became of a review, as a metric label. */
enum ReviewOutcome {
  /** There was nothing to judge: another operation, a kind without rules, an exempt requester. */
  SKIPPED,
  /** Nothing was judged, for Meshguard is paused. */
  PAUSED,
  ALLOWED,
  WARNED,
  PATCHED,
  DENIED,
  /** The body was no review. */
  MALFORMED,
  /** The body went over a limit. */
  OVER_LIMIT,
  /** The deadline passed. */
  LATE,
  /** Too many reviews at once. */
  OVERLOAD,
  /** Our own fault. */
  FAILED;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
