package io.meshguard.rules.routing;

import io.meshguard.logic.Ternary;
import io.meshguard.match.Condition;
import io.meshguard.match.Coverage;
import io.meshguard.match.Dimension;
import io.meshguard.match.Request;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.Sample;
import io.meshguard.match.ValueMatch;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Looks for a place further up for a route that no request reaches, such that only requests meant
 * for that route change hands: every route that it passes either has no request in common with it
 * or takes all of its requests and more.
 */
sealed interface RouteReorder {

  /** Pairs of matches that are compared for one move. */
  int MOST_PAIRS = 50_000;

  /**
   * A move that is proved.
   *
   * @param safety {@link Safety#SAFE} for plain path order, {@link Safety#UNSAFE} where the move
   *     revives a route that stood behind a catch-all or rests on other conditions
   */
  record Move(Safety safety, PatchOp.Move op) implements RouteReorder {}

  /** A move would take a request away from a route that it should stay with. */
  record Obstacle(int route, Request request) implements RouteReorder {}

  /** Nothing can be said. */
  record Undecided() implements RouteReorder {}

  /** Returns what can be done for a route that is wholly dead. */
  static RouteReorder of(RouteTable table, int dead, List<Cursor> routes) {
    if (routes.get(dead).at("delegate").isPresent()) {
      return new Undecided();
    }
    int target = -1;
    boolean plain = true;
    List<Integer> passed = new ArrayList<>();
    WorkBudget budget = new WorkBudget(MOST_PAIRS);
    for (int route = dead - 1; route >= 0; route--) {
      Passing passing = passing(table, dead, route, budget);
      if (passing.obstacle().isPresent()) {
        return new Obstacle(route, passing.obstacle().get());
      }
      boolean delegating = routes.get(route).at("delegate").isPresent();
      if (passing.how() == How.NO || (passing.how() != How.APART && delegating)) {
        return new Undecided();
      }
      if (passing.how() != How.APART) {
        target = route;
        passed.add(route);
        plain &= passing.how() == How.PLAIN;
      }
    }
    if (target < 0 || !revivesOnly(table, dead, target, passed)) {
      return new Undecided();
    }
    PatchOp.Move op = new PatchOp.Move(routes.get(dead).pointer(), routes.get(target).pointer());
    return new Move(plain ? Safety.SAFE : Safety.UNSAFE, op);
  }

  /** How a route stands to one that would pass it. */
  enum How {
    /** No request in common. */
    APART,
    /** Takes all and more, by a shorter path prefix and nothing else. */
    PLAIN,
    /** Takes all and more. */
    COVERS,
    /** Anything else. */
    NO
  }

  /**
   * How a route stands to one that would pass it.
   *
   * @param obstacle a request that the passing route would take away without taking all it is for
   */
  record Passing(How how, Optional<Request> obstacle) {}

  private static Passing passing(RouteTable table, int dead, int route, WorkBudget budget) {
    How how = How.APART;
    for (int narrow : entries(table, dead)) {
      for (int wide : entries(table, route)) {
        if (!budget.take(1)) {
          return new Passing(How.NO, Optional.empty());
        }
        if (table.analysis().disjoint(wide, narrow) == Ternary.TRUE) {
          continue;
        }
        Ternary covers = table.analysis().covers(wide, narrow);
        Ternary covered = table.analysis().covers(narrow, wide);
        if (covers != Ternary.TRUE || covered != Ternary.FALSE) {
          Sample shared = table.analysis().sample(List.of(wide, narrow), List.of());
          boolean overlap = covers == Ternary.FALSE || covered == Ternary.TRUE;
          return overlap && shared instanceof Sample.Found found
              ? new Passing(How.NO, Optional.of(found.request()))
              : new Passing(How.NO, Optional.empty());
        }
        boolean plain = how != How.COVERS && differOnlyInPath(table, wide, narrow);
        how = plain ? How.PLAIN : How.COVERS;
      }
    }
    return new Passing(how, Optional.empty());
  }

  private static List<Integer> entries(RouteTable table, int route) {
    return table.byRoute().get(route).stream()
        .flatMap(place -> table.entries(place).stream())
        .toList();
  }

  /** The FAQ's case: a path prefix before a longer one, all other conditions being equal. */
  private static boolean differOnlyInPath(RouteTable table, int wide, int narrow) {
    RequestMatch outer = table.match(wide);
    RequestMatch inner = table.match(narrow);
    return plainPath(outer) && plainPath(inner) && withoutPath(outer).equals(withoutPath(inner));
  }

  /** A prefix {@code /} alone is a catch-all, not a path. */
  private static boolean plainPath(RequestMatch match) {
    List<Condition> paths = match.conditions().stream().filter(RouteReorder::looksAtPath).toList();
    return paths.size() == 1
        && ((paths.get(0).test() instanceof ValueMatch.Prefix prefix && prefix.text().length() > 1)
            || paths.get(0).test() instanceof ValueMatch.Exact);
  }

  private static Set<Condition> withoutPath(RequestMatch match) {
    Set<Condition> others = new HashSet<>(match.conditions());
    others.removeIf(RouteReorder::looksAtPath);
    return others;
  }

  private static boolean looksAtPath(Condition condition) {
    return condition.dimension().kind() == Dimension.Kind.PATH;
  }

  /**
   * Tries the move out: the route must come alive, and no other may die of it. Only those that it
   * passes and that take some of its requests can; all others have as much before them as they had.
   */
  private static boolean revivesOnly(RouteTable table, int dead, int target, List<Integer> passed) {
    int before = entries(table, target).get(0);
    List<Integer> moved = entries(table, dead);
    for (int place : table.byRoute().get(dead)) {
      int first = moved.get(0);
      boolean alive =
          staysAlive(
              table, place, entry -> Stream.concat(range(0, before), range(first, entry)).toList());
      if (!alive) {
        return false;
      }
    }
    for (int route : passed) {
      for (int place : table.byRoute().get(route)) {
        if (!table.dead(place)
            && !staysAlive(
                table, place, entry -> Stream.concat(range(0, entry), moved.stream()).toList())) {
          return false;
        }
      }
    }
    return true;
  }

  private static Stream<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed();
  }

  /**
   * Returns whether a place takes requests behind those that come first; false too where that is
   * too much work to see.
   *
   * @param first the entries that come before one of the place
   */
  private static boolean staysAlive(RouteTable table, int place, IntFunction<List<Integer>> first) {
    boolean alive = false;
    for (int entry : table.entries(place)) {
      Sample rest = table.analysis().sample(List.of(entry), first.apply(entry));
      if (rest.equals(new Sample.Unknown(Coverage.Reason.BUDGET))) {
        return false;
      }
      alive |= !(rest instanceof Sample.None);
    }
    return alive;
  }
}
