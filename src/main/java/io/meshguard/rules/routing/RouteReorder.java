package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.match.Answer;
import io.meshguard.match.Condition;
import io.meshguard.match.Dimension;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.resource.Cursor;
import io.meshguard.rule.PatchOp;
import io.meshguard.rule.Safety;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds a place further up for a route that no request reaches, such that only requests meant for
 * that route change hands: every route that it passes either has no request in common with it or
 * takes all of its requests and more.
 *
 * @param safety {@link Safety#SAFE} for plain path order, {@link Safety#UNSAFE} where the move
 *     revives a route that stood behind a catch-all or rests on other conditions
 * @param move the move
 */
record RouteReorder(Safety safety, PatchOp.Move move) {

  /** Above this, trying a move out costs more than a review may. */
  private static final int MOST_ROUTES = 1_000;

  /** Returns the move for a route that is wholly dead; empty where none can be proved. */
  static Optional<RouteReorder> of(
      RouteTable table, int dead, List<Cursor> routes, Function<Cursor, RequestMatch> read) {
    if (routes.size() > MOST_ROUTES || routes.get(dead).at("delegate").isPresent()) {
      return Optional.empty();
    }
    int target = -1;
    boolean plain = true;
    for (int route = dead - 1; route >= 0; route--) {
      Passing passing = passing(table, dead, route);
      if (passing == Passing.NO) {
        return Optional.empty();
      }
      if (passing != Passing.APART) {
        boolean delegate = routes.get(route).at("delegate").isPresent();
        if (delegate) {
          return Optional.empty();
        }
        target = route;
        plain &= passing == Passing.PLAIN;
      }
    }
    if (target < 0 || !revivesOnly(table, dead, target, routes, read)) {
      return Optional.empty();
    }
    Cursor list = routes.get(dead);
    PatchOp.Move move = new PatchOp.Move(list.pointer(), routes.get(target).pointer());
    return Optional.of(new RouteReorder(plain ? Safety.SAFE : Safety.UNSAFE, move));
  }

  private enum Passing {
    /** No request in common. */
    APART,
    /** Takes all and more, by a shorter path prefix and nothing else. */
    PLAIN,
    /** Takes all and more. */
    COVERS,
    /** Anything else. */
    NO
  }

  private static Passing passing(RouteTable table, int dead, int route) {
    Passing passing = Passing.APART;
    for (int narrow : table.byRoute().get(dead)) {
      for (int wide : table.byRoute().get(route)) {
        if (table.analysis().disjoint(wide, narrow) == Answer.YES) {
          continue;
        }
        boolean strictly =
            table.analysis().covers(wide, narrow) == Answer.YES
                && table.analysis().covers(narrow, wide) == Answer.NO;
        if (!strictly) {
          return Passing.NO;
        }
        RequestMatch outer = table.entries().get(wide).conditions();
        RequestMatch inner = table.entries().get(narrow).conditions();
        boolean plain = passing != Passing.COVERS && differOnlyInPath(outer, inner);
        passing = plain ? Passing.PLAIN : Passing.COVERS;
      }
    }
    return passing;
  }

  /** The FAQ's case: a path prefix before a longer one, all other conditions being equal. */
  private static boolean differOnlyInPath(RequestMatch outer, RequestMatch inner) {
    boolean plainPaths = plainPath(outer) && plainPath(inner);
    return plainPaths && withoutPath(outer).equals(withoutPath(inner));
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

  /** Tries the move out: the route must come alive, and no other may die of it. */
  private static boolean revivesOnly(
      RouteTable table,
      int dead,
      int target,
      List<Cursor> routes,
      Function<Cursor, RequestMatch> read) {
    List<Cursor> moved = new ArrayList<>(routes);
    moved.add(target, moved.remove(dead));
    RouteTable after = RouteTable.of(moved, read, "example.com");
    boolean alive = after.byRoute().get(target).stream().noneMatch(after::dead);
    long gone = table.byRoute().get(dead).size();
    return alive && after.deadCount() <= table.deadCount() - gone;
  }

  /** Returns what a route does with a request, without what decides whether it gets it. */
  static JsonNode actions(Cursor route) {
    if (!(route.node() instanceof ObjectNode object)) {
      return route.node();
    }
    return object.deepCopy().without(List.of("match", "name"));
  }
}
