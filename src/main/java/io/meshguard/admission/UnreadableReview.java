package io.meshguard.admission;

import java.util.Optional;

/**
 * A body that is no AdmissionReview, or one that goes over a limit. The message is for the user.
 */
final class UnreadableReview extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Optional<String> uid;

  private UnreadableReview(String message, Optional<String> uid) {
    super(message, null, false, false);
    this.uid = uid;
  }

  /** The body is not what an API server sends. */
  static UnreadableReview malformed(String message) {
    return new UnreadableReview(message, Optional.empty());
  }

  /** The body may well be right, but goes over one of our own limits. */
  static UnreadableReview overLimit(String message, Optional<String> uid) {
    return new UnreadableReview(message, uid);
  }

  /** Returns the uid of a request that goes over a limit of ours; empty for a malformed one. */
  Optional<String> uid() {
    return uid;
  }
}
