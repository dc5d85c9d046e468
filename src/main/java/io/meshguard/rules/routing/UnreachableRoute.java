package io.meshguard.rules.routing;

import io.meshguard.match.Coverage;
import io.meshguard.match.Dimension;
import io.meshguard.match.RequestMatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VirtualServices;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A route, or a match of it, that no request reaches, because earlier matches together take every
 * request that it would take. The first match wins, in the order of the list (istio
 * pilot/pkg/networking/core/route/route.go {@code BuildHTTPRoutesForVirtualService} @1.30.3).
 */
public final class UnreachableRoute implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("unreachable-route")
          .subjects(Kind.VIRTUAL_SERVICE)
          .mode(Mode.DENY)
          .fixes(Safety.SAFE, Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.ROUTE_ORDER)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    MatchReader reader = new MatchReader(GatewayNames.of(subject));
    String authority =
        VirtualServices.hosts(subject).stream()
            .map(host -> host.text(""))
            .filter(host -> !host.isEmpty() && !host.contains("*") && !host.contains(" "))
            .findFirst()
            .orElse("example.com");
    Cursor spec = subject.at("spec");
    new Judge(spec.at("http"), reader::http, authority, true).report(report);
    new Judge(spec.at("tcp"), reader::tcp, authority, false).report(report);
    new Judge(spec.at("tls"), reader::tls, authority, false).report(report);
  }

  /**
   * Judges one list of routes.
   *
   * @param http whether the routes are HTTP routes, which have requests to show and may be
   *     reordered
   */
  private record Judge(
      Cursor list, Function<Cursor, RequestMatch> read, String authority, boolean http) {

    void report(Report report) {
      List<Cursor> routes = list.each();
      if (routes.isEmpty()) {
        return;
      }
      RouteTable table = RouteTable.of(routes, read, authority);
      for (int route = 0; route < routes.size(); route++) {
        List<Integer> entries = table.byRoute().get(route);
        List<Integer> dead = entries.stream().filter(e -> reportable(table, e)).toList();
        if (dead.size() == entries.size()) {
          whole(table, route, routes, report);
        } else {
          dead.forEach(entry -> match(table, entry, report));
        }
      }
    }

    /** A match whose gateways are none of the VirtualService's is the subject of another rule. */
    private static boolean reportable(RouteTable table, int entry) {
      boolean gateway =
          table.verdicts().get(entry) instanceof Coverage.Empty empty
              && empty.dimension().kind() == Dimension.Kind.GATEWAY;
      return table.dead(entry) && !gateway;
    }

    private void whole(RouteTable table, int route, List<Cursor> routes, Report report) {
      List<Integer> entries = table.byRoute().get(route);
      int shown =
          entries.stream()
              .filter(e -> table.verdicts().get(e) instanceof Coverage.Covered)
              .findFirst()
              .orElse(entries.get(0));
      Set<Integer> by = new LinkedHashSet<>();
      entries.forEach(e -> by.addAll(coverers(table, e)));
      Report.Draft draft = say(table, shown, routes.get(route), "route", by, report);
      if (!http || by.isEmpty()) {
        return;
      }
      Optional<RouteReorder> reorder = RouteReorder.of(table, route, routes, read);
      if (reorder.isPresent()) {
        String key = reorder.get().safety() == Safety.SAFE ? "reorder" : "revive";
        draft.fix(
            reorder.get().safety(),
            key,
            List.of(reorder.get().move()),
            place(routes.get(route)),
            Message.verbatim(lastPlace(reorder.get().move().path().toString())));
      } else {
        draft.advice("advice");
      }
    }

    private void match(RouteTable table, int entry, Report report) {
      Cursor at = table.entries().get(entry).at();
      Set<Integer> by = new LinkedHashSet<>(coverers(table, entry));
      Report.Draft draft = say(table, entry, at, "match", by, report);
      if (http && !by.isEmpty()) {
        draft.advice("advice");
      }
    }

    private Report.Draft say(
        RouteTable table, int shown, Cursor at, String what, Set<Integer> by, Report report) {
      Cursor route = table.entries().get(shown).routeAt();
      Report.Draft draft;
      if (table.verdicts().get(shown) instanceof Coverage.Covered covered) {
        Message.Verbatim coverers = Message.verbatim(places(table, by));
        if (http && covered.witness() != null) {
          RouteTable.Entry taker = table.entries().get(covered.takenBy());
          draft =
              report
                  .say(
                      at,
                      what + "-witness",
                      coverers,
                      WitnessText.words(covered.witness()),
                      place(taker.routeAt()))
                  .witness(
                      WitnessText.json(covered.witness(), taker.routeAt().pointer().toString()));
        } else {
          draft = report.say(at, what, coverers);
        }
        by.forEach(e -> draft.names(table.entries().get(e).at().at("name").text("")));
      } else if (table.verdicts().get(shown) instanceof Coverage.Empty empty) {
        draft = report.say(at, what + "-empty", words(empty.dimension()));
      } else {
        throw new IllegalStateException("a dead match is covered or empty");
      }
      return harmless(table, by, route) ? draft.harmless() : draft;
    }

    /** Nothing goes wrong where whatever takes the requests does the same with them. */
    private static boolean harmless(RouteTable table, Set<Integer> by, Cursor route) {
      return !by.isEmpty()
          && by.stream()
              .map(e -> table.entries().get(e).routeAt())
              .allMatch(
                  other ->
                      other.pointer().equals(route.pointer())
                          || RouteReorder.actions(other).equals(RouteReorder.actions(route)));
    }

    private static List<Integer> coverers(RouteTable table, int entry) {
      return table.verdicts().get(entry) instanceof Coverage.Covered covered
          ? covered.by()
          : List.of();
    }

    private static String places(RouteTable table, Set<Integer> by) {
      List<String> places =
          by.stream()
              .sorted()
              .map(e -> lastPlace(table.entries().get(e).at().pointer().toString()))
              .toList();
      return places.size() <= 3
          ? String.join(", ", places)
          : String.join(", ", places.subList(0, 3)) + " …";
    }

    private static Message.Verbatim place(Cursor at) {
      return Message.verbatim(lastPlace(at.pointer().toString()));
    }

    /** Turns {@code /spec/http/1/match/0} into {@code http[1].match[0]}. */
    private static String lastPlace(String pointer) {
      StringBuilder place = new StringBuilder();
      for (String segment : pointer.substring("/spec/".length()).split("/")) {
        boolean index = Character.isDigit(segment.charAt(0));
        place.append(index ? "[" + segment + "]" : (place.isEmpty() ? "" : ".") + segment);
      }
      return place.toString();
    }

    private static String words(Dimension dimension) {
      return dimension.toString().toLowerCase(Locale.ROOT);
    }
  }
}
