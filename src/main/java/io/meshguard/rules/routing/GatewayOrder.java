package io.meshguard.rules.routing;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.route.Delegates;
import io.meshguard.route.MatchReader;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rules.routing.Neighbours.Neighbour;
import io.meshguard.rules.routing.Neighbours.Order;
import io.meshguard.rules.routing.RouteTable.RouteMatch;
import io.meshguard.traffic.GatewayNames;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges the routes of a VirtualService behind those of others that share its hosts at a gateway
 * and come first. Istio joins them by {@code exportTo} and in order of creation, and then puts
 * every catch-all at the end (istio pilot/pkg/networking/core/route/route.go {@code
 * SortVHostRoutes} @1.30.3).
 *
 * @param subject the VirtualService
 * @param alone its http routes, judged by themselves
 * @param virtualHosts those that Envoy makes of it
 */
record GatewayOrder(Resource subject, Mesh mesh, RouteTable alone, VirtualHosts virtualHosts) {

  private static final int MOST_PLACES = 1_000;
  private static final int MOST_NAMED = 3;
  private static final int ROUTE = 0;
  private static final int MATCH = 1;

  private static final List<String> CONDITIONS =
      List.of("method", "scheme", "authority", "headers", "withoutHeaders", "queryParams");

  /** Reports what is reached where the VirtualService is alone, and is not beside the others. */
  void report(Report report) {
    Neighbours around = new Neighbours(subject, mesh);
    List<Neighbour> neighbours = around.before();
    if (around.isCutShort()) {
      report.cutShort();
    }
    if (neighbours.isEmpty()) {
      return;
    }
    List<List<RouteMatch>> own = alone.routes();
    boolean[] told = new boolean[alone.places().size()];
    for (int place = 0; place < told.length; place++) {
      told[place] = alone.dead(place) || alone.entries(place).isEmpty();
    }
    List<Neighbour> ordered = neighbours.stream().filter(Neighbour::ordered).toList();
    for (List<Neighbour> some : Stream.of(ordered, neighbours).distinct().toList()) {
      if (!some.isEmpty()) {
        new Joined(some, own).report(told, report);
      }
    }
  }

  /** The routes of the neighbours and the subject's own in one list. */
  private final class Joined {
    private final IdentityHashMap<Cursor, Neighbour> owners = new IdentityHashMap<>();
    private final RouteTable table;
    private final Examples examples;
    private final List<List<RouteMatch>> own;
    private final int shift;
    private final int lastShift;
    private boolean left;
    private int places;

    Joined(List<Neighbour> neighbours, List<List<RouteMatch>> own) {
      this.own = own;
      List<List<RouteMatch>> first = new ArrayList<>();
      List<List<RouteMatch>> last = new ArrayList<>();
      neighbours.forEach(neighbour -> collect(neighbour, first, last));
      List<List<RouteMatch>> all = new ArrayList<>(first);
      all.addAll(own);
      boolean endsInCatchAll = endsInCatchAll();
      if (endsInCatchAll) {
        all.addAll(all.size() - 1, last);
      }
      this.table = RouteTable.of(all, virtualHosts.authority());
      this.examples = new Examples(table, virtualHosts, mesh.facts().istio());
      this.shift = places(first);
      this.lastShift = shift + (endsInCatchAll ? places(last) : 0);
    }

    /** What follows a catch-all is never generated; nor is it known what a delegate may be. */
    private void collect(
        Neighbour neighbour, List<List<RouteMatch>> first, List<List<RouteMatch>> last) {
      Resource older = neighbour.virtualService();
      RouteReader theirs =
          RouteReader.http(
              new MatchReader(GatewayNames.of(older), mesh.facts().istio()),
              new Delegates(older, mesh));
      for (Cursor route : older.at("spec", "http").each()) {
        if (route.at("delegate").isPresent() || left) {
          return;
        }
        owners.put(route, neighbour);
        List<RouteMatch> before = new ArrayList<>();
        List<RouteMatch> read = theirs.read(route);
        if (theirs.isCutShort()) {
          left = true;
          return;
        }
        places += read.size();
        left |= places > MOST_PLACES;
        for (RouteMatch place : read) {
          if (mayBeCatchAll(place)) {
            if (isCatchAll(place)) {
              last.add(List.of(place));
            }
            first.add(before);
            return;
          }
          before.add(place);
        }
        first.add(before);
      }
    }

    /** Only then is it certain what stands before the subject's catch-all. */
    private boolean endsInCatchAll() {
      List<RouteMatch> end = own.get(own.size() - 1);
      boolean other =
          own.subList(0, own.size() - 1).stream()
              .flatMap(List::stream)
              .anyMatch(GatewayOrder::mayBeCatchAll);
      return end.size() == 1 && isCatchAll(end.get(0)) && !other;
    }

    void report(boolean[] told, Report report) {
      if (table.isCutShort() || left) {
        report.cutShort();
      }
      int number = 0;
      for (int route = 0; route < own.size(); route++) {
        List<RouteMatch> places = own.get(route);
        List<Integer> news = new ArrayList<>();
        int alive = 0;
        for (int i = 0; i < places.size(); i++, number++) {
          boolean dead = table.dead(joined(route, number));
          if (dead && !told[number]) {
            news.add(number);
          }
          alive += dead || told[number] ? 0 : 1;
        }
        if (!news.isEmpty() && alive == 0) {
          say(places.get(0).routeAt(), ROUTE, joined(route, news.get(0)), report);
        } else {
          int from = number - places.size();
          for (int place : news) {
            say(places.get(place - from).at(), MATCH, joined(route, place), report);
          }
        }
        news.forEach(place -> told[place] = true);
      }
    }

    /** Returns the number in the joined list of a place of the subject. */
    private int joined(int route, int place) {
      return place + (route == own.size() - 1 ? lastShift : shift);
    }

    private void say(Cursor at, int what, int place, Report report) {
      Set<Integer> by = table.coverers(place);
      List<Neighbour> takers =
          by.stream()
              .map(coverer -> owners.get(table.places().get(coverer).routeAt()))
              .filter(neighbour -> neighbour != null)
              .distinct()
              .toList();
      Optional<Examples.Taken> taken = examples.covered(table.entries(place).get(0));
      if (takers.isEmpty() || taken.isEmpty()) {
        return;
      }
      Examples.Example example = taken.get().example();
      Cursor takenBy = table.places().get(table.placeOf().get(taken.get().by())).routeAt();
      boolean ordered = takers.stream().allMatch(Neighbour::ordered);
      boolean closer = takers.stream().anyMatch(taker -> taker.order() == Order.EXPORTED_CLOSER);
      Report.Draft draft =
          report
              .say(
                  at, key(takers, ordered, closer), what, names(takers), WitnessText.words(example))
              .witness(WitnessText.json(example, takenBy.pointer().toString(), owner(takenBy)))
              .advice(closer ? "elsewhere-advice-closer" : "elsewhere-advice");
      takers.forEach(other -> draft.names(other.virtualService().ref().toString()));
      table.takers(by).forEach(draft::names);
      if (table.harmless(by, table.places().get(place).routeAt())) {
        draft.harmless();
      } else if (!ordered) {
        draft.unknownOrder();
      }
    }

    private static String key(List<Neighbour> takers, boolean ordered, boolean closer) {
      if (takers.size() > 1) {
        return ordered ? "elsewhere-several" : "elsewhere-several-unordered";
      }
      if (!ordered) {
        return "elsewhere-unordered";
      }
      return closer ? "elsewhere-closer" : "elsewhere-older";
    }

    private static Message.Verbatim names(List<Neighbour> takers) {
      String names =
          takers.stream()
              .limit(MOST_NAMED)
              .map(Neighbour::virtualService)
              .map(taker -> taker.namespace() + "/" + taker.name())
              .collect(Collectors.joining(", "));
      return Message.verbatim(takers.size() > MOST_NAMED ? names + " …" : names);
    }

    private Resource owner(Cursor route) {
      Neighbour neighbour = owners.get(route);
      return neighbour == null ? subject : neighbour.virtualService();
    }
  }

  private static int places(List<List<RouteMatch>> routes) {
    return routes.stream().mapToInt(List::size).sum();
  }

  private static boolean isCatchAll(RouteMatch place) {
    Cursor match = place.at();
    return place.routeAt().equals(match)
        || (mayBeCatchAll(place)
            && CONDITIONS.stream().noneMatch(field -> match.at(field).isPresent()));
  }

  private static boolean mayBeCatchAll(RouteMatch place) {
    Cursor match = place.at();
    Cursor uri = match.at("uri");
    boolean anyPath = !uri.isNonEmpty() || uri.at("prefix").is("/") || uri.at("regex").is(".*");
    return place.routeAt().equals(match)
        || (anyPath && CONDITIONS.stream().noneMatch(field -> match.at(field).isNonEmpty()));
  }
}
