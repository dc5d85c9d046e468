package io.meshguard.change;

import io.meshguard.match.RequestMatch;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of the requests of some authorities at one place: routes in order, and what becomes
 * of requests that none of them takes.
 *
 * @param matches the requests of each route
 * @param verdicts what it does with them
 * @param otherwise what becomes of the others
 * @param identity the routes that it was made of; two tables of one side with the same are the same
 */
record Table(
    List<RequestMatch> matches, List<Verdict> verdicts, Verdict otherwise, List<Object> identity) {

  Table {
    matches = List.copyOf(matches);
    verdicts = List.copyOf(verdicts);
    identity = List.copyOf(identity);
  }

  /** Returns a table that does the same with all requests. */
  static Table of(Verdict verdict, Object identity) {
    return new Table(List.of(), List.of(), verdict, List.of(identity));
  }

  /**
   * Returns what becomes of the requests of a route; of the others for the number after the last.
   */
  Verdict verdict(int route) {
    return route < verdicts.size() ? verdicts.get(route) : otherwise;
  }

  /** Returns whether another table says plainly the same. */
  boolean isLike(Table other) {
    if (!matches.equals(other.matches) || !otherwise.isLike(other.otherwise)) {
      return false;
    }
    for (int i = 0; i < verdicts.size(); i++) {
      if (!verdicts.get(i).isLike(other.verdicts.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Returns all verdicts, that on requests that no route takes at the end. */
  List<Verdict> all() {
    List<Verdict> all = new ArrayList<>(verdicts);
    all.add(otherwise);
    return all;
  }
}
