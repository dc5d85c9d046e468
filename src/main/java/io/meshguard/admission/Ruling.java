package io.meshguard.admission;

/**
 * What was decided about a request. It answers every request that is the same but for its uid, as
 * long as what it rests on is the same too ({@link Entry#grounds}).
 */
interface Ruling {

  /**
   * Answers a request, and counts and logs it like any other.
   *
   * @param uid uid of the request
   */
  Answer answer(String uid);

  /** Returns whether the next request of the kind may be answered by it too. */
  boolean lasting();
}
