package io.meshguard.rules.routing;

import io.meshguard.match.Analysis;
import io.meshguard.match.Budget;
import io.meshguard.match.Coverage;
import io.meshguard.match.Dimension;
import io.meshguard.match.Request;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.Sample;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes requests that prove something of routes into requests that come to the VirtualService: for
 * one of its hosts, by scheme and port of a server of its Gateways, and such that a client can send
 * them. Not for use by several threads at once.
 */
final class Examples {

  /** Matches that are read once more to look for other requests. */
  private static final int MOST_READ = 20_000;

  /** Up to then Envoy reads a header that is sent twice as one text (Envoy before 1.39). */
  private static final VersionRange JOINS_VALUES = VersionRange.before("1.31");

  private final boolean repeats;
  private final RouteTable table;
  private final VirtualHosts virtualHosts;
  private final boolean asksAuthority;
  private final boolean asksScheme;
  private final WorkBudget budget = new WorkBudget(MOST_READ);

  /** One for all that is looked for: examples are worth less than verdicts. */
  private final Budget steps = Budget.forReview(() -> false);

  /**
   * Makes examples for a table of routes that have the same virtual hosts.
   *
   * @param istio the versions whose proxies read the requests
   */
  Examples(RouteTable table, VirtualHosts virtualHosts, Versions istio) {
    this.repeats = istio.in(JOINS_VALUES) == Applicability.NOWHERE;
    this.table = table;
    this.virtualHosts = virtualHosts;
    this.asksAuthority = asks(Dimension.Kind.AUTHORITY);
    this.asksScheme = asks(Dimension.Kind.SCHEME);
  }

  /**
   * A request that comes to the VirtualService.
   *
   * @param told what the matches ask for
   * @param sent the same with the port of the server
   * @param addressed whether it is known by which host it comes
   */
  record Example(Request told, Request sent, boolean addressed) {}

  /** A request that was meant for one entry and is taken by another. */
  record Taken(Example example, int by) {}

  RouteTable table() {
    return table;
  }

  /** Returns a request of a covered entry with what takes it; empty if there is none to show. */
  Optional<Taken> covered(int entry) {
    if (!(table.verdicts().get(entry) instanceof Coverage.Covered covered)
        || covered.witness() == null) {
      return Optional.empty();
    }
    int by = covered.takenBy();
    return coming(covered.witness(), List.of(entry, by), by)
        .filter(this::isReadAlike)
        .map(example -> new Taken(example, by));
  }

  /** Returns a request that reaches an entry; empty if there is none to show. */
  Optional<Example> reached(int entry) {
    return table.verdicts().get(entry) instanceof Coverage.Reachable reachable
        ? coming(reachable.witness(), List.of(entry), entry).filter(this::isReadAlike)
        : Optional.empty();
  }

  /** A proof holds however values are read; the way of one request with several does not. */
  private boolean isReadAlike(Example example) {
    return repeats
        || example.sent().headers().values().stream().allMatch(values -> values.size() <= 1);
  }

  /** Returns a request that all of some entries take, and none of those before a first one. */
  private Optional<Example> coming(Request request, List<Integer> by, int first) {
    if (virtualHosts.all().isEmpty()) {
      return Optional.of(request).filter(Sendable::is).map(r -> new Example(r, r, false));
    }
    List<VirtualHost> candidates = virtualHosts.through(request.gateway());
    for (VirtualHost virtualHost : candidates) {
      Request led = virtualHost.lead(request, asksAuthority, asksScheme);
      if (virtualHost.admits(led)) {
        // Other virtual hosts change nothing of what a client cannot send.
        return Optional.of(led).filter(Sendable::is).map(sent -> example(request, sent));
      }
    }
    return candidates.stream()
        .flatMap(
            virtualHost ->
                another(virtualHost, by, first).map(sent -> example(request, sent)).stream())
        .findFirst();
  }

  private static Example example(Request asked, Request sent) {
    return new Example(asked.port() == null ? withoutPort(sent) : sent, sent, true);
  }

  /** Looks for another request of the same kind where the one at hand cannot come there. */
  private Optional<Request> another(VirtualHost virtualHost, List<Integer> by, int first) {
    if (!budget.take(first + by.size() + 1L)) {
      return Optional.empty();
    }
    List<RequestMatch> matches = new ArrayList<>();
    IntStream.range(0, first).mapToObj(table::match).forEach(matches::add);
    matches.add(virtualHost.condition());
    by.stream().map(table::match).forEach(matches::add);
    Analysis analysis = new Analysis(matches, virtualHost.example(), steps);
    List<Integer> taking = IntStream.range(first, matches.size()).boxed().toList();
    List<Integer> before = IntStream.range(0, first).boxed().toList();
    return analysis.sample(taking, before) instanceof Sample.Found found
            && virtualHost.admits(found.request())
        ? Optional.of(found.request()).filter(Sendable::is)
        : Optional.empty();
  }

  private boolean asks(Dimension.Kind kind) {
    return table.places().stream()
        .flatMap(place -> place.ways().stream())
        .flatMap(way -> way.conditions().stream())
        .anyMatch(condition -> condition.dimension().kind() == kind);
  }

  private static Request withoutPort(Request request) {
    return new Request(
        request.method(),
        request.path(),
        request.authority(),
        request.scheme(),
        request.headers(),
        request.query(),
        null,
        request.sourceLabels(),
        request.sourceNamespace(),
        request.gateway());
  }
}
