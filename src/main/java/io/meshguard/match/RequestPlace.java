package io.meshguard.match;

import io.meshguard.logic.Ternary;
import java.util.List;

/**
 * What a request must meet to come to a place.
 *
 * @param takers matches that take it
 * @param earlier matches that do not
 */
record RequestPlace(List<RequestMatch> takers, List<RequestMatch> earlier) {

  /** Returns whether a request certainly comes there. */
  boolean holds(Request request, Evaluator evaluator) {
    return takers.stream().allMatch(match -> evaluator.matches(match, request) == Ternary.TRUE)
        && earlier.stream().allMatch(match -> evaluator.matches(match, request) == Ternary.FALSE);
  }

  /** Returns whether a request may come there, for all that can be seen of it. */
  boolean mayHold(Request request, Evaluator evaluator) {
    return takers.stream().allMatch(match -> evaluator.matches(match, request) != Ternary.FALSE)
        && earlier.stream().allMatch(match -> evaluator.matches(match, request) != Ternary.TRUE);
  }
}
