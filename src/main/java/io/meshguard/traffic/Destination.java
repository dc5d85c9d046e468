package io.meshguard.traffic;

import io.meshguard.istio.HostName;
import io.meshguard.istio.ServicePort;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;

/**
 * A destination as a VirtualService writes it.
 *
 * @param kind the list that its route stands in
 * @param route the route
 * @param at the destination itself
 * @param use what of the route's traffic it gets
 * @param home namespace of the VirtualService, to which short names belong
 */
public record Destination(RouteKind kind, Cursor route, Cursor at, Use use, String home) {

  /** What a destination gets of the traffic of its route. */
  public enum Use {
    /** All of it. */
    ALL,
    /** A share by weight. */
    SHARE,
    /** Copies, whose answers nobody waits for. */
    MIRROR
  }

  /**
   * Returns the destinations of a VirtualService that get traffic, in order. One with weight 0
   * beside others gets none and is not sent to Envoy; nor does a route that redirects, answers
   * itself or delegates have any (istio pilot/pkg/networking/core/route/route.go @1.30.3).
   */
  public static List<Destination> of(Resource virtualService) {
    String home = virtualService.namespace();
    List<Destination> all = new ArrayList<>();
    for (RouteKind kind : RouteKind.values()) {
      for (Cursor route : kind.routes(virtualService)) {
        if (forwards(kind, route)) {
          addRoute(kind, route, home, all);
          if (kind == RouteKind.HTTP) {
            addMirrors(route, home, all);
          }
        }
      }
    }
    return all;
  }

  private static boolean forwards(RouteKind kind, Cursor route) {
    return kind != RouteKind.HTTP
        || !(route.at("redirect").isPresent()
            || route.at("directResponse").isPresent()
            || route.at("delegate").isPresent());
  }

  private static void addRoute(RouteKind kind, Cursor route, String home, List<Destination> all) {
    List<Cursor> weighted = route.at("route").each();
    boolean several = weighted.size() > 1;
    for (Cursor one : weighted) {
      if (!several || one.at("weight").integer().orElse(0) > 0) {
        Use use = several ? Use.SHARE : Use.ALL;
        all.add(new Destination(kind, route, one.at("destination"), use, home));
      }
    }
  }

  private static void addMirrors(Cursor route, String home, List<Destination> all) {
    if (!isNone(route.at("mirrorPercentage")) && route.at("mirror").isPresent()) {
      all.add(new Destination(RouteKind.HTTP, route, route.at("mirror"), Use.MIRROR, home));
    }
    for (Cursor mirror : route.at("mirrors").each()) {
      if (!isNone(mirror.at("percentage"))) {
        all.add(new Destination(RouteKind.HTTP, route, mirror.at("destination"), Use.MIRROR, home));
      }
    }
  }

  private static boolean isNone(Cursor percentage) {
    return percentage.at("value").node().isNumber()
        && percentage.at("value").node().doubleValue() == 0;
  }

  /** Returns the host as it is written; empty where there is none. */
  public String written() {
    return at.at("host").text("");
  }

  /** Returns the full name of the host, its letters as they are written: Istio compares them so. */
  public String host(Mesh mesh) {
    return HostName.completed(written(), home, mesh.facts().clusterDomain());
  }

  /** Returns the name of the subset; empty where there is none. */
  public String subset() {
    return at.at("subset").text("");
  }

  /** Returns the number of the port; 0 where there is none. */
  public int port() {
    return ServicePort.number(at.at("port", "number"));
  }

  /** Returns whether it says nothing of a port, so that Istio chooses one. */
  public boolean leavesPort() {
    Cursor port = at.at("port");
    return !port.isPresent() || (port.isObject() && !port.isNonEmpty());
  }
}
