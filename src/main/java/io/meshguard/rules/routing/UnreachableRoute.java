package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.match.Condition;
import io.meshguard.match.Coverage;
import io.meshguard.match.Dimension;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Delegates;
import io.meshguard.route.MatchReader;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.rules.routing.Examples.Example;
import io.meshguard.rules.routing.RouteTable.RouteMatch;
import io.meshguard.traffic.GatewayNames;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A route, or a match of it, that no request reaches, because earlier matches together take every
 * request that it would take. The first match wins, in the order of the list (istio
 * pilot/pkg/networking/core/route/route.go {@code BuildHTTPRoutesForVirtualService} @1.30.3).
 */
public final class UnreachableRoute implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("unreachable-route")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Neighbours.READS)
          .mode(Mode.DENY)
          .fixes(Safety.SAFE, Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.ROUTE_ORDER)
          .symptoms(Symptom.fromServer(404))
          .build();

  private static final int MOST_NAMED = 3;

  /**
   * Trying a move out looks at every route; so a list of 500 gets ten tries, one of 50 a hundred.
   */
  private static final int MOST_ROUTES_TRIED = 5_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    MatchReader reader = new MatchReader(GatewayNames.of(subject), mesh.facts().istio());
    VirtualHosts virtualHosts = VirtualHosts.of(subject, mesh);
    Delegates delegates = new Delegates(subject, mesh);
    Cursor spec = subject.at("spec");
    RouteReader http = RouteReader.http(reader, delegates);
    Rivals rivals = new Rivals(subject, mesh);
    Versions istio = mesh.facts().istio();
    new Judge(spec.at("http"), http, virtualHosts, rivals, istio, true)
        .report(report)
        .ifPresent(table -> new GatewayOrder(subject, mesh, table, virtualHosts).report(report));
    new Judge(spec.at("tcp"), RouteReader.tcp(reader), virtualHosts, rivals, istio, false)
        .report(report);
    new Judge(spec.at("tls"), RouteReader.tcp(reader), virtualHosts, rivals, istio, false)
        .report(report);
  }

  /**
   * Judges one list of routes.
   *
   * @param http whether the routes are HTTP routes, which have requests to show and may be
   *     reordered
   */
  private record Judge(
      Cursor list,
      RouteReader reader,
      VirtualHosts virtualHosts,
      Rivals rivals,
      Versions istio,
      boolean http) {

    /** Reports what is never reached, and returns what is known of the routes, if there are any. */
    Optional<RouteTable> report(Report report) {
      List<Cursor> routes = list.each();
      if (routes.isEmpty()) {
        return Optional.empty();
      }
      List<List<RouteMatch>> read = reader.read(routes);
      if (reader.isCutShort()) {
        report.cutShort();
      }
      RouteTable table = RouteTable.of(read, virtualHosts.authority());
      Examples examples = new Examples(table, virtualHosts, istio);
      int trials = MOST_ROUTES_TRIED / routes.size();
      for (int route = 0; route < read.size(); route++) {
        List<Integer> places = table.byRoute().get(route);
        if (!routes.get(route).at("delegate").isPresent()) {
          places.forEach(place -> invalid(table, place, report));
        }
        List<Integer> dead = places.stream().filter(place -> reportable(table, place)).toList();
        if (dead.size() == places.size()) {
          whole(examples, route, routes, trials-- > 0, report);
        } else if (!dead.isEmpty()) {
          Optional<Example> stillReached = stillReached(examples, places);
          dead.forEach(place -> match(examples, place, stillReached, report));
        }
      }
      if (table.isCutShort()) {
        report.cutShort();
      }
      // What stands at the end decides how the routes of others are joined.
      return Optional.of(table).filter(all -> !reader.isCutShort());
    }

    /** The parser at hand does not know the one form that Go's has learned since. */
    private static void invalid(RouteTable table, int place, Report report) {
      for (int entry : table.entries(place)) {
        if (table.verdicts().get(entry) instanceof Coverage.Invalid invalid
            && !invalid.pattern().contains("(?<")) {
          Cursor at = table.places().get(place).at();
          String property = invalid.dimension().toString().toLowerCase(Locale.ROOT);
          report.say(at, "invalid", property).advice("invalid-advice");
        }
      }
    }

    /**
     * A match whose gateways are none of the VirtualService's is the subject of another rule, and
     * so is a condition that nothing meets by itself.
     */
    private static boolean reportable(RouteTable table, int place) {
      return table.dead(place)
          && table.entries(place).stream()
              .map(table.verdicts()::get)
              .noneMatch(
                  verdict ->
                      verdict instanceof Coverage.Empty empty
                          && (empty.dimension().kind() == Dimension.Kind.GATEWAY
                              || !ImpossibleCondition.in(table.places().get(place).at())
                                  .isEmpty()));
    }

    private void whole(
        Examples examples, int route, List<Cursor> routes, boolean tryMove, Report report) {
      RouteTable table = examples.table();
      List<Integer> places = table.byRoute().get(route);
      Set<Integer> by = new TreeSet<>();
      places.forEach(place -> by.addAll(table.coverers(place)));
      List<Integer> entries = places.stream().flatMap(p -> table.entries(p).stream()).toList();
      Report.Draft draft =
          say(examples, entries, routes.get(route), "route", by, Optional.empty(), report);
      if (!http || by.isEmpty()) {
        return;
      }
      RouteAdvice advice = new RouteAdvice(table, entries, by);
      RouteReorder reorder =
          tryMove ? RouteReorder.of(table, route, routes) : new RouteReorder.Undecided();
      if (reorder instanceof RouteReorder.Move move) {
        String key = move.safety() == Safety.SAFE ? "reorder" : "revive";
        Message.Verbatim target = Message.verbatim(place(move.op().path().toString()));
        draft.fix(move.safety(), key, List.of(move.op()), place(routes.get(route)), target);
      } else if (reorder instanceof RouteReorder.Obstacle obstacle) {
        Message.Verbatim loser = place(routes.get(obstacle.route()));
        advice.give(draft, loser, WitnessText.words(obstacle.request()));
      } else {
        advice.give(draft);
      }
    }

    private void match(
        Examples examples, int place, Optional<Example> stillReached, Report report) {
      RouteTable table = examples.table();
      Cursor at = table.places().get(place).at();
      Set<Integer> by = new TreeSet<>(table.coverers(place));
      Report.Draft draft =
          say(examples, table.entries(place), at, "match", by, stillReached, report);
      if (http && !by.isEmpty()) {
        new RouteAdvice(table, table.entries(place), by).give(draft);
      }
    }

    /** Returns a request that some match of a route gets. */
    private Optional<Example> stillReached(Examples examples, List<Integer> places) {
      return places.stream()
          .flatMap(place -> examples.table().entries(place).stream())
          .flatMap(entry -> examples.reached(entry).stream())
          .filter(example -> !rivals.mayTake(example.sent()))
          .findFirst();
    }

    private Report.Draft say(
        Examples examples,
        List<Integer> entries,
        Cursor at,
        String what,
        Set<Integer> by,
        Optional<Example> stillReached,
        Report report) {
      RouteTable table = examples.table();
      if (by.isEmpty()) {
        Coverage.Empty empty = (Coverage.Empty) table.verdicts().get(entries.get(0));
        if (empty.dimension().kind() == Dimension.Kind.PATH) {
          return report.say(at, what + "-no-path");
        }
        String property = empty.dimension().toString().toLowerCase(Locale.ROOT);
        Optional<Condition> alone = alone(table.match(entries.get(0)), empty.dimension());
        Report.Draft never =
            report.say(at, what + (alone.isPresent() ? "-never" : "-empty"), property);
        return alone.filter(Condition::negated).isPresent()
            ? never.advice("absent-advice", empty.dimension().name())
            : never;
      }
      Message.Verbatim coverers = Message.verbatim(places(table, by));
      Report.Draft draft =
          entries.stream()
              .filter(entry -> http)
              .flatMap(entry -> examples.covered(entry).stream())
              .filter(taken -> !rivals.mayTake(taken.example().sent()))
              .findFirst()
              .map(
                  taken ->
                      witnessed(table, taken, at, what, coverers, by.size(), stillReached, report))
              .orElseGet(() -> report.say(at, what, coverers, by.size()));
      table.takers(by).forEach(draft::names);
      Cursor route = table.places().get(table.placeOf().get(entries.get(0))).routeAt();
      return table.harmless(by, route) ? draft.harmless() : draft;
    }

    /**
     * Returns the only condition on a property that can fail by its value. That a header must be
     * there at all contradicts only a condition that it must not, and before Istio 1.22.0 it is
     * part of what {@code withoutHeaders} asks.
     */
    private static Optional<Condition> alone(RequestMatch match, Dimension dimension) {
      List<Condition> conditions =
          match.conditions().stream()
              .filter(condition -> condition.dimension().equals(dimension))
              .filter(
                  condition ->
                      condition.negated() || !(condition.test() instanceof ValueMatch.Present))
              .toList();
      return conditions.size() == 1
          ? Optional.of(conditions.get(0))
              .filter(condition -> !(condition.test() instanceof ValueMatch.Present))
          : Optional.empty();
    }

    private static Report.Draft witnessed(
        RouteTable table,
        Examples.Taken taken,
        Cursor at,
        String what,
        Message.Verbatim coverers,
        int number,
        Optional<Example> stillReached,
        Report report) {
      Cursor taker = table.places().get(table.placeOf().get(taken.by())).routeAt();
      ObjectNode evidence = WitnessText.json(taken.example(), taker.pointer().toString());
      stillReached.ifPresent(example -> evidence.set("stillReaches", WitnessText.json(example)));
      return report
          .say(
              at,
              what + "-witness",
              coverers,
              WitnessText.words(taken.example()),
              place(taker),
              number)
          .witness(evidence);
    }

    private static String places(RouteTable table, Set<Integer> by) {
      String places =
          by.stream()
              .limit(MOST_NAMED)
              .map(p -> place(table.places().get(p).at().pointer().toString()))
              .collect(Collectors.joining(", "));
      return by.size() <= MOST_NAMED ? places : places + " …";
    }

    private static Message.Verbatim place(Cursor at) {
      return Message.verbatim(place(at.pointer().toString()));
    }

    /** Turns {@code /spec/http/1/match/0} into {@code http[1].match[0]}. */
    private static String place(String pointer) {
      StringBuilder place = new StringBuilder();
      for (String segment : pointer.substring("/spec/".length()).split("/")) {
        boolean index = Character.isDigit(segment.charAt(0));
        place.append(index ? "[" + segment + "]" : (place.isEmpty() ? "" : ".") + segment);
      }
      return place.toString();
    }
  }
}
