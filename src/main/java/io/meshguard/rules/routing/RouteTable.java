package io.meshguard.rules.routing;

import io.meshguard.match.Analysis;
import io.meshguard.match.Budget;
import io.meshguard.match.Coverage;
import io.meshguard.match.RequestMatch;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The matches of a list of routes in the order in which they are tried, and what is known of each.
 *
 * @param places the matches as they are written
 * @param byRoute the numbers of the places of each route
 * @param firsts number of the first entry of each place in the analysis, and their total at the end
 * @param placeOf number of the place of each entry
 * @param analysis the analysis
 * @param verdicts a verdict for each entry
 * @param actions what the routes do
 */
record RouteTable(
    List<RouteMatch> places,
    List<List<Integer>> byRoute,
    List<Integer> firsts,
    List<Integer> placeOf,
    Analysis analysis,
    List<Coverage> verdicts,
    RouteActions actions) {

  /**
   * One match as it is written.
   *
   * @param routeAt place of its route
   * @param at place of the match; of the route where that has none
   * @param ways the sets of requests that it takes: one, or one for each match of a delegate
   */
  record RouteMatch(Cursor routeAt, Cursor at, List<RequestMatch> ways) {
    RouteMatch {
      ways = List.copyOf(ways);
    }
  }

  /**
   * Judges routes.
   *
   * @param routes the places of each route, in order
   * @param authority host for a witness where the matches leave it open
   */
  static RouteTable of(List<List<RouteMatch>> routes, String authority) {
    List<RouteMatch> places = new ArrayList<>();
    List<List<Integer>> byRoute = new ArrayList<>();
    for (List<RouteMatch> route : routes) {
      int first = places.size();
      places.addAll(route);
      byRoute.add(IntStream.range(first, places.size()).boxed().toList());
    }
    List<RequestMatch> entries = new ArrayList<>();
    List<Integer> firsts = new ArrayList<>();
    List<Integer> placeOf = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      firsts.add(entries.size());
      for (RequestMatch way : places.get(i).ways()) {
        entries.add(way);
        placeOf.add(i);
      }
    }
    firsts.add(entries.size());
    // A budget of work, not of time, so that the same object always gets the same answer.
    Analysis analysis = new Analysis(entries, authority, Budget.forReview(() -> false));
    return new RouteTable(
        places, byRoute, firsts, placeOf, analysis, analysis.judge(), new RouteActions());
  }

  /** Returns the places of each route, in order. */
  List<List<RouteMatch>> routes() {
    return byRoute.stream().map(route -> route.stream().map(places::get).toList()).toList();
  }

  /** Nothing goes wrong where whatever takes the requests of a route does the same with them. */
  boolean harmless(Set<Integer> by, Cursor route) {
    int own = actions.of(route);
    return by.stream().allMatch(place -> actions.of(places.get(place).routeAt()) == own);
  }

  /** Returns whether anything was left open so far, for it would have been too much work. */
  boolean isCutShort() {
    return analysis.isCutShort();
  }

  /**
   * Returns what takes the requests of a dead place and where it sends them, so that a finding is
   * another one when they go elsewhere. Neither shares of the traffic nor the order of routes
   * count, for both may change without anybody's mistake.
   */
  SortedSet<String> takers(Set<Integer> by) {
    SortedSet<String> takers = new TreeSet<>();
    for (int place : by) {
      takers.add("match " + places.get(place).at().at("name").text(""));
      Cursor route = places.get(place).routeAt();
      for (Cursor to : route.at("route").each()) {
        Cursor destination = to.at("destination");
        takers.add(
            "to " + destination.at("host").text("") + " " + destination.at("subset").text(""));
      }
      for (String instead : List.of("redirect", "directResponse", "delegate")) {
        if (route.at(instead).isPresent()) {
          takers.add(instead + " " + route.at(instead).node());
        }
      }
    }
    return takers;
  }

  /** Returns the conditions of an entry. */
  RequestMatch match(int entry) {
    int place = placeOf.get(entry);
    return places.get(place).ways().get(entry - firsts.get(place));
  }

  /** Returns the numbers of the entries of a place. */
  List<Integer> entries(int place) {
    return IntStream.range(firsts.get(place), firsts.get(place + 1)).boxed().toList();
  }

  /** Returns whether no request reaches a place. */
  boolean dead(int place) {
    List<Integer> entries = entries(place);
    return !entries.isEmpty()
        && entries.stream()
            .map(verdicts::get)
            .allMatch(v -> v instanceof Coverage.Covered || v instanceof Coverage.Empty);
  }

  /** Returns the places that together take all requests of a dead place; none if it has none. */
  Set<Integer> coverers(int place) {
    Set<Integer> coverers = new LinkedHashSet<>();
    for (int entry : entries(place)) {
      if (verdicts.get(entry) instanceof Coverage.Covered covered) {
        covered.by().forEach(by -> coverers.add(placeOf.get(by)));
      }
    }
    return coverers;
  }
}
