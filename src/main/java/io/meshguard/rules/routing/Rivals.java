package io.meshguard.rules.routing;

import io.meshguard.istio.VirtualServices;
import io.meshguard.logic.Ternary;
import io.meshguard.match.Budget;
import io.meshguard.match.Evaluator;
import io.meshguard.match.Request;
import io.meshguard.match.RequestMatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.route.Delegates;
import io.meshguard.route.MatchReader;
import io.meshguard.traffic.GatewayNames;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Other VirtualServices whose routes a gateway joins with those of one. Whether they come before or
 * after, and where the catch-alls of all of them end up (istio
 * pilot/pkg/networking/core/route/route.go {@code SortVHostRoutes} @1.30.3), one of them may take a
 * request that the VirtualService alone would take. Not for use by several threads at once.
 */
final class Rivals {
  private static final int MOST = 200;
  private static final int MOST_MATCHES = 2_000;

  private final Resource subject;
  private final Mesh mesh;
  private final Evaluator evaluator = Evaluator.within(Budget.forReview(() -> false));

  Rivals(Resource subject, Mesh mesh) {
    this.subject = subject;
    this.mesh = mesh;
  }

  /** Returns whether another VirtualService takes a request at a gateway, or may. */
  boolean mayTake(Request request) {
    Set<String> gateways = new TreeSet<>(GatewayNames.of(subject).ofAll());
    gateways.remove(VirtualServices.MESH);
    if (request.gateway() != null) {
      gateways.retainAll(Set.of(request.gateway()));
    }
    WorkBudget budget = new WorkBudget(MOST);
    WorkBudget matches = new WorkBudget(MOST_MATCHES);
    for (Cursor host : VirtualServices.hosts(subject)) {
      Iterator<Resource> others =
          VirtualServices.othersForGatewayHost(subject, host.text(""), mesh).iterator();
      while (others.hasNext()) {
        Resource other = others.next();
        if (!budget.take(1)) {
          return true;
        }
        for (String gateway : GatewayNames.of(other).ofAll()) {
          if (gateways.contains(gateway) && takes(other, at(gateway, request), matches)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean takes(Resource other, Request request, WorkBudget budget) {
    RouteReader reader =
        RouteReader.http(
            new MatchReader(GatewayNames.of(other), mesh.facts().istio()),
            new Delegates(other, mesh));
    for (List<RouteTable.RouteMatch> route : reader.read(other.at("spec", "http").each())) {
      for (RouteTable.RouteMatch place : route) {
        for (RequestMatch way : place.ways()) {
          if (!budget.take(1) || evaluator.matches(way, request) != Ternary.FALSE) {
            return true;
          }
        }
      }
    }
    return reader.isCutShort();
  }

  private static Request at(String gateway, Request request) {
    return new Request(
        request.method(),
        request.path(),
        request.authority(),
        request.scheme(),
        request.headers(),
        request.query(),
        request.port(),
        request.sourceLabels(),
        request.sourceNamespace(),
        gateway);
  }
}
