package io.meshguard.match;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Which requests change hands between two ordered lists of matches, where the first match that
 * takes a request decides. The number after the last match stands for requests that no match takes.
 *
 * @param moves what changes hands, by the numbers of the matches; none twice
 * @param cutShort whether there may be more, because it would have been too much work to see
 */
public record Difference(List<Move> moves, boolean cutShort) {

  public Difference {
    moves = List.copyOf(moves);
  }

  /**
   * Requests that one match takes before and another one after.
   *
   * @param before number of the match that takes them before
   * @param after number of the match that takes them after
   * @param request one of them, as small as can be; empty where none can be shown
   * @param opaque what decides whether there are such requests: which opaque conditions must hold,
   *     and which must not
   * @param certain whether there are such requests; else there may be, because of opaque conditions
   *     or because a pattern cannot be computed
   */
  public record Move(
      int before,
      int after,
      Optional<Request> request,
      Map<String, Boolean> opaque,
      boolean certain) {
    public Move {
      opaque = Collections.unmodifiableMap(new TreeMap<>(opaque));
    }
  }

  /** Returns whether it is proved that every request goes where it went. */
  public boolean isNone() {
    return moves.isEmpty() && !cutShort;
  }

  /**
   * Compares two lists.
   *
   * @param where a condition that all requests meet that are looked at
   * @param same whether the same happens to requests of a match before and of a match after; not
   *     asked for requests that none takes on both sides
   * @param authority what a request names where the matches leave it open; neither empty nor with
   *     blanks
   */
  public static Difference of(
      List<RequestMatch> before,
      List<RequestMatch> after,
      RequestMatch where,
      BiPredicate<Integer, Integer> same,
      String authority,
      Budget budget) {
    return new DifferenceSearch(before, after, where, same, authority, budget).find();
  }
}
