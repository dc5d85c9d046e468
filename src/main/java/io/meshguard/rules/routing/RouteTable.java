package io.meshguard.rules.routing;

import io.meshguard.match.Analysis;
import io.meshguard.match.Budget;
import io.meshguard.match.Condition;
import io.meshguard.match.Coverage;
import io.meshguard.match.Dimension;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The matches of a list of routes in the order in which they are tried, and what is known of each.
 *
 * @param entries the matches; a route without any has one that takes everything
 * @param byRoute the numbers of the matches of each route
 * @param analysis the analysis of them
 * @param verdicts a verdict for each match
 */
record RouteTable(
    List<Entry> entries, List<List<Integer>> byRoute, Analysis analysis, List<Coverage> verdicts) {

  /** A budget of work, not of time, so that the same object always gets the same answer. */
  private static final long STEPS = 5_000_000;

  private static final long STEPS_PER_MATCH = 1_000_000;

  /**
   * One match.
   *
   * @param route number of the route that it belongs to, from 0
   * @param routeAt place of the route
   * @param at place of the match; of the route where it has none
   * @param conditions its conditions
   */
  record Entry(int route, Cursor routeAt, Cursor at, RequestMatch conditions) {}

  /**
   * Judges routes.
   *
   * @param routes the routes in order
   * @param read reads one match
   * @param authority host for a witness where the matches leave it open
   */
  static RouteTable of(List<Cursor> routes, Function<Cursor, RequestMatch> read, String authority) {
    List<Entry> entries = new ArrayList<>();
    List<List<Integer>> byRoute = new ArrayList<>();
    for (int i = 0; i < routes.size(); i++) {
      Cursor route = routes.get(i);
      int first = entries.size();
      List<Cursor> matches = route.at("match").each();
      if (matches.isEmpty()) {
        entries.add(new Entry(i, route, route, read.apply(route.at("match"))));
      }
      for (Cursor match : matches) {
        entries.add(new Entry(i, route, match, read.apply(match)));
      }
      byRoute.add(IntStream.range(first, entries.size()).boxed().toList());
    }
    List<RequestMatch> conditions = entries.stream().map(RouteTable::asked).toList();
    Budget budget = new Budget(STEPS, STEPS_PER_MATCH, () -> false);
    Analysis analysis = new Analysis(conditions, authority, budget);
    return new RouteTable(entries, byRoute, analysis, analysis.judge());
  }

  /** A delegate may pass requests on to the next route, so its root covers none for certain. */
  private static RequestMatch asked(Entry entry) {
    if (!entry.routeAt().at("delegate").isPresent()) {
      return entry.conditions();
    }
    String name = "delegate " + entry.at().pointer();
    List<Condition> conditions = new ArrayList<>(entry.conditions().conditions());
    Dimension dimension = new Dimension(Dimension.Kind.OPAQUE, name);
    conditions.add(new Condition(dimension, new ValueMatch.Opaque(name), false));
    return new RequestMatch(conditions);
  }

  /** Returns whether no request reaches a match. */
  boolean dead(int entry) {
    Coverage verdict = verdicts.get(entry);
    return verdict instanceof Coverage.Covered || verdict instanceof Coverage.Empty;
  }

  /** Returns how many matches no request reaches. */
  long deadCount() {
    long dead = 0;
    for (int i = 0; i < entries.size(); i++) {
      dead += dead(i) ? 1 : 0;
    }
    return dead;
  }
}
