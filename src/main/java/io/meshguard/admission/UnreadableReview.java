package io.meshguard.admission;

import java.util.Optional;

/** A body that is no AdmissionReview, or one that goes over a limit. */
final class UnreadableReview extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Optional<ReviewLimit> limit;

  private UnreadableReview(String message, Optional<ReviewLimit> limit) {
    super(message, null, false, false);
    this.limit = limit;
  }

  /** The body is not what an API server sends; the message is for whoever sent it. */
  static UnreadableReview malformed(String message) {
    return new UnreadableReview(message, Optional.empty());
  }

  /** The body may well be right, but goes over one of our own limits. */
  static UnreadableReview overLimit(ReviewLimit limit) {
    return new UnreadableReview("over limit: " + limit.text(), Optional.of(limit));
  }

  /** Returns the limit that the body goes over; empty for one that is no AdmissionReview. */
  Optional<ReviewLimit> limit() {
    return limit;
  }
}
