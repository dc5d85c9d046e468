package io.meshguard.route;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.RouteKind;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whether an object has the shape that its API has, as far as routes depend on it. The API server
 * refuses any other, so only files have them, and nobody can say what becomes of requests there.
 */
final class Shapes {

  private Shapes() {}

  static boolean isVirtualService(Resource object) {
    Cursor spec = object.at("spec");
    return spec.isObject()
        && isList(spec.at("hosts"), Shapes::isText)
        && isList(spec.at("gateways"), Shapes::isText)
        && List.of(RouteKind.values()).stream()
            .allMatch(kind -> isList(spec.at(kind.field()), Shapes::isRoute));
  }

  static boolean isGateway(Resource object) {
    return isList(
        object.at("spec", "servers"),
        server ->
            server.isObject()
                && isNumber(server.at("port", "number"))
                && isList(server.at("hosts"), Shapes::isText));
  }

  static boolean isDestinationRule(Resource object) {
    return isText(object.at("spec", "host"))
        && isList(
            object.at("spec", "subsets"), subset -> subset.isObject() && isText(subset.at("name")));
  }

  private static boolean isRoute(Cursor route) {
    return route.isObject()
        && isList(route.at("match"), Cursor::isObject)
        && isList(route.at("route"), Shapes::isDestination)
        && (!route.at("timeout").isPresent() || isText(route.at("timeout")));
  }

  private static boolean isDestination(Cursor one) {
    Cursor port = one.at("destination", "port");
    return one.isObject()
        && isText(one.at("destination", "host"))
        && isNumber(one.at("weight"))
        && (!port.isPresent() || (port.isObject() && isNumber(port.at("number"))));
  }

  private static boolean isList(Cursor at, Predicate<Cursor> each) {
    return !at.isPresent() || (at.isArray() && at.each().stream().allMatch(each));
  }

  private static boolean isNumber(Cursor at) {
    return !at.isPresent() || at.integer().isPresent();
  }

  private static boolean isText(Cursor at) {
    return at.text().isPresent();
  }
}
