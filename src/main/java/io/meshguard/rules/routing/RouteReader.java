package io.meshguard.rules.routing;

import io.meshguard.match.Condition;
import io.meshguard.match.Dimension;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.route.Delegates;
import io.meshguard.route.MatchReader;
import io.meshguard.rules.routing.RouteTable.RouteMatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads routes into the sets of requests that they take. */
abstract class RouteReader {

  /**
   * Sets that are read of all routes: a route that delegates has one for each pair of matches, its
   * own and the delegate's.
   */
  private static final int MOST_SETS = 20_000;

  /** Pairs of matches of which it is asked whether they fit, before any is read. */
  private static final int MOST_PAIRS = 200_000;

  private final WorkBudget budget = new WorkBudget(MOST_SETS);
  private final WorkBudget compared = new WorkBudget(MOST_PAIRS);

  private RouteReader() {}

  /**
   * Returns the places of routes, in order: of each route its matches, or the route itself where it
   * has none. Routes at the end are left out where all are too much work.
   */
  List<List<RouteMatch>> read(List<Cursor> routes) {
    List<List<RouteMatch>> places = new ArrayList<>();
    for (Cursor route : routes) {
      List<RouteMatch> own = read(route);
      if (budget.isOver()) {
        break;
      }
      places.add(own);
    }
    return places;
  }

  /**
   * Returns the places of a route: its matches, or the route itself where it has none. Some of them
   * are left out where that is too much work.
   */
  abstract List<RouteMatch> read(Cursor route);

  /** Returns whether something was left out. */
  boolean isCutShort() {
    return budget.isOver() || compared.isOver();
  }

  /** Returns a reader of tcp routes, or of tls routes. */
  static RouteReader tcp(MatchReader matches) {
    return new RouteReader() {
      @Override
      List<RouteMatch> read(Cursor route) {
        List<RouteMatch> places = new ArrayList<>();
        for (Cursor match : matchesOf(route)) {
          if (mayRead()) {
            places.add(place(route, match, List.of(matches.tcp(match))));
          }
        }
        return places;
      }
    };
  }

  /** Returns a reader of http routes. */
  static RouteReader http(MatchReader matches, Delegates delegates) {
    return new RouteReader() {
      @Override
      List<RouteMatch> read(Cursor route) {
        boolean delegating = route.at("delegate").isPresent();
        Optional<List<Cursor>> leaves = delegating ? delegates.routes(route) : Optional.empty();
        List<RouteMatch> places = new ArrayList<>();
        Set<Cursor> whole = leaves.map(all -> takenOver(route, all, delegates)).orElse(Set.of());
        for (Cursor match : matchesOf(route)) {
          if (!mayRead()) {
            break;
          }
          List<RequestMatch> ways =
              leaves.isPresent()
                  ? merged(match, leaves.get(), whole, matches)
                  : List.of(
                      delegating ? uncertain(matches.http(match), match) : matches.http(match));
          places.add(place(route, match, ways));
        }
        return places;
      }
    };
  }

  final boolean mayRead() {
    return budget.take(1);
  }

  final List<RequestMatch> merged(
      Cursor root, List<Cursor> leaves, Set<Cursor> whole, MatchReader matches) {
    List<RequestMatch> ways = new ArrayList<>();
    for (Cursor leafRoute : leaves) {
      boolean taken = whole.contains(leafRoute);
      for (Cursor leaf : matchesOf(leafRoute)) {
        if (!mayRead()) {
          return ways;
        }
        RequestMatch both = matches.http(root, leaf);
        boolean sure = taken && Delegates.merges(root, leaf);
        ways.add(sure ? both : uncertain(both, root));
      }
    }
    return ways;
  }

  /** Returns those routes of a delegate that Istio surely takes over as a whole. */
  final Set<Cursor> takenOver(Cursor route, List<Cursor> leaves, Delegates delegates) {
    List<Cursor> root = matchesOf(route);
    Set<Cursor> whole = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Cursor leafRoute : leaves) {
      List<Cursor> leaf = matchesOf(leafRoute);
      if (compared.take((long) root.size() * leaf.size())
          && !leafRoute.at("delegate").isPresent()
          && delegates.takesOver(root, leaf)) {
        whole.add(leafRoute);
      }
    }
    return whole;
  }

  /** A route that may pass requests on, or may not be there at all, covers nothing. */
  private static RequestMatch uncertain(RequestMatch match, Cursor at) {
    String name = "delegate of " + at.pointer();
    List<Condition> conditions = new ArrayList<>(match.conditions());
    Dimension dimension = new Dimension(Dimension.Kind.OPAQUE, name);
    conditions.add(new Condition(dimension, new ValueMatch.Opaque(name), false));
    return new RequestMatch(conditions);
  }

  private static RouteMatch place(Cursor route, Cursor match, List<RequestMatch> ways) {
    return new RouteMatch(route, match.isMissing() ? route : match, ways);
  }

  private static List<Cursor> matchesOf(Cursor route) {
    List<Cursor> matches = route.at("match").each();
    return matches.isEmpty() ? List.of(route.at("match").at("none")) : matches;
  }
}
