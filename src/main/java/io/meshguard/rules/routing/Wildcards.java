package io.meshguard.rules.routing;

import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.match.Analysis;
import io.meshguard.match.Budget;
import io.meshguard.match.Dimension;
import io.meshguard.match.Request;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.Sample;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.route.Delegates;
import io.meshguard.route.MatchReader;
import io.meshguard.rules.routing.RouteTable.RouteMatch;
import io.meshguard.traffic.GatewayNames;
import io.meshguard.traffic.GatewayServer;
import io.meshguard.traffic.RouteScope;
import io.meshguard.traffic.ServedNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The VirtualServices that serve a wildcard at the gateways of another one, and what of their
 * requests is lost because that one serves a host of the wildcard. For use within one check.
 */
final class Wildcards {

  /** Other VirtualServices that are looked at, for all hosts together. */
  private static final int MOST_LOOKED_AT = 2_000;

  /** Others that serve the same host. */
  private static final int MOST_BESIDE = 100;

  /** Sets of requests that are compared for one host. */
  private static final int MOST_SETS = 300;

  /** Hosts for which requests are looked for. */
  private static final int MOST_ANALYSES = 20;

  /** Labels of a host that a wildcard may begin at. */
  private static final int MOST_LABELS = 20;

  private final Resource subject;
  private final Mesh mesh;
  private final ServedNames names;
  private final WorkBudget looked = new WorkBudget(MOST_LOOKED_AT);
  private final WorkBudget analyses = new WorkBudget(MOST_ANALYSES);
  private final IdentityHashMap<Resource, Optional<List<RouteMatch>>> routes =
      new IdentityHashMap<>();
  private final RouteActions actions = new RouteActions();
  private boolean cutShort;

  Wildcards(Resource subject, Mesh mesh) {
    this.subject = subject;
    this.mesh = mesh;
    this.names = new ServedNames(subject, mesh);
  }

  /**
   * A request that a wildcard's VirtualService would take and the subject does not.
   *
   * @param virtualService the VirtualService that serves the wildcard
   * @param wildcard the wildcard
   * @param request the request
   */
  record Lost(Resource virtualService, String wildcard, Request request) {}

  /** Returns whether something was left out because it would have been too much work. */
  boolean isCutShort() {
    return cutShort || looked.isOver() || analyses.isOver() || names.isCutShort();
  }

  /** Returns a request that comes by an entrance of the subject and is lost there. */
  Optional<Lost> lost(VirtualHost way) {
    List<Resource> beside = new ArrayList<>();
    List<Resource> served = new ArrayList<>();
    List<String> wildcards = new ArrayList<>();
    for (String key : around(way.host())) {
      // Not by an iterator, which would first collect all of thousands.
      VirtualServices.othersForGatewayHost(subject, key, mesh)
          .takeWhile(other -> looked.take(1))
          .forEach(
              other -> {
                if (mayServe(other, way.host())) {
                  beside.add(other);
                } else {
                  wildcard(other, way)
                      .ifPresent(
                          wildcard -> {
                            served.add(other);
                            wildcards.add(wildcard);
                          });
                }
              });
    }
    if (served.isEmpty() || looked.isOver() || !contributes(way)) {
      return Optional.empty();
    }
    VirtualServices.othersForGatewayHost(subject, way.host(), mesh)
        .limit(MOST_BESIDE + 1L)
        .forEach(beside::add);
    List<RouteMatch> taking = new ArrayList<>();
    cutShort |= beside.size() > MOST_BESIDE;
    // Where the routes of one of them are not known, they may take all.
    if (beside.size() > MOST_BESIDE
        || !add(subject, taking)
        || !beside.stream().allMatch(other -> add(other, taking))) {
      return Optional.empty();
    }
    for (int i = 0; i < served.size(); i++) {
      Optional<Request> request = lost(served.get(i), taking, way);
      if (request.isPresent()) {
        return Optional.of(new Lost(served.get(i), wildcards.get(i), request.get()));
      }
    }
    return Optional.empty();
  }

  /** Where the gateway has no route of the subject, the wildcard serves the host. */
  private boolean contributes(VirtualHost way) {
    RouteScope scope = RouteScope.of(subject);
    int port = way.port() == null ? 0 : way.port();
    return subject.at("spec", "http").each().stream()
        .anyMatch(
            route ->
                scope.surelyAt(
                    route, new GatewayServer(way.gateway(), route, port, GatewayServer.Mode.HTTP)));
  }

  /** Returns the wildcards around a host, the most specific first. */
  private static List<String> around(String host) {
    List<String> keys = new ArrayList<>();
    String rest = HostName.isWildcard(host) ? host.substring(1) : host;
    int dot = rest.indexOf('.', HostName.isWildcard(host) ? 1 : 0);
    while (dot >= 0 && keys.size() < MOST_LABELS) {
      keys.add("*" + rest.substring(dot));
      dot = rest.indexOf('.', dot + 1);
    }
    if (!host.equals("*")) {
      keys.add("*");
    }
    return keys;
  }

  /** Returns whether some gateway serves another VirtualService under this very name, or may. */
  private boolean mayServe(Resource other, String host) {
    return GatewayNames.of(other).ofAll().stream()
        .filter(gateway -> !gateway.equals(VirtualServices.MESH))
        .map(gateway -> names.of(gateway, other))
        .anyMatch(all -> all.isEmpty() || all.get().stream().anyMatch(one -> one.contains(host)));
  }

  /** Returns the wildcard under which a server surely serves another one beside the host. */
  private Optional<String> wildcard(Resource other, VirtualHost way) {
    boolean sure =
        !other.beingDeleted()
            && GatewayNames.of(other).ofAll().contains(way.gateway())
            && Visibility.of(other, mesh).reachesAll();
    Optional<List<Set<String>>> own = sure ? names.of(way.gateway()) : Optional.empty();
    Optional<List<Set<String>>> theirs = sure ? names.of(way.gateway(), other) : Optional.empty();
    if (own.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    return IntStream.range(0, Math.min(own.get().size(), theirs.get().size()))
        .filter(server -> own.get().get(server).contains(way.host()))
        .boxed()
        .flatMap(server -> theirs.get().get(server).stream())
        .filter(name -> HostName.isWildcard(name) && HostName.covers(name, way.host()))
        .findFirst();
  }

  /** Adds the routes of a VirtualService; returns false where they are not all known exactly. */
  private boolean add(Resource virtualService, List<RouteMatch> taking) {
    Optional<List<RouteMatch>> own = routes.computeIfAbsent(virtualService, this::read);
    own.ifPresent(taking::addAll);
    cutShort |= taking.size() > MOST_SETS;
    return own.isPresent() && taking.size() <= MOST_SETS;
  }

  private Optional<List<RouteMatch>> read(Resource virtualService) {
    List<RouteMatch> all = new ArrayList<>();
    RouteReader reader = reader(virtualService);
    for (Cursor route : virtualService.at("spec", "http").each()) {
      List<RouteMatch> places = reader.read(route);
      if (route.at("delegate").isPresent() || reader.isCutShort() || all.size() > MOST_SETS) {
        return Optional.empty();
      }
      all.addAll(places);
    }
    return all.stream().allMatch(Wildcards::isExact) ? Optional.of(all) : Optional.empty();
  }

  private RouteReader reader(Resource virtualService) {
    return RouteReader.http(
        new MatchReader(GatewayNames.of(virtualService), mesh.facts().istio()),
        new Delegates(virtualService, mesh));
  }

  /** Istio compares sources with the gateway itself, whose labels are not known here. */
  private static boolean isExact(RouteMatch place) {
    return place.ways().stream()
        .flatMap(way -> way.conditions().stream())
        .map(condition -> condition.dimension().kind())
        .noneMatch(
            kind ->
                kind == Dimension.Kind.OPAQUE
                    || kind == Dimension.Kind.SOURCE_LABEL
                    || kind == Dimension.Kind.SOURCE_NAMESPACE);
  }

  private Optional<Request> lost(Resource wildcard, List<RouteMatch> taking, VirtualHost way) {
    List<RouteMatch> own = new ArrayList<>();
    if (!add(wildcard, own) || !analyses.take(1)) {
      return Optional.empty();
    }
    List<RequestMatch> sets = new ArrayList<>(List.of(way.condition()));
    taking.forEach(place -> sets.addAll(place.ways()));
    List<Integer> before = new ArrayList<>(IntStream.range(1, sets.size()).boxed().toList());
    own.forEach(place -> sets.addAll(place.ways()));
    Analysis analysis = new Analysis(sets, way.example(), Budget.forReview(() -> false));
    Set<Integer> done = new HashSet<>();
    taking.forEach(place -> done.add(actions.of(place.routeAt())));
    int entry = before.size() + 1;
    for (RouteMatch place : own) {
      boolean counts = forwards(place.routeAt()) && !done.contains(actions.of(place.routeAt()));
      for (int i = 0; i < place.ways().size(); i++, entry++) {
        if (counts
            && analysis.sample(List.of(0, entry), before) instanceof Sample.Found found
            && way.admits(found.request())
            && Sendable.is(found.request())) {
          return Optional.of(found.request());
        }
        before.add(entry);
      }
    }
    cutShort |= analysis.isCutShort();
    return Optional.empty();
  }

  private static boolean forwards(Cursor route) {
    return !route.at("redirect").isPresent() && !route.at("directResponse").isPresent();
  }
}
