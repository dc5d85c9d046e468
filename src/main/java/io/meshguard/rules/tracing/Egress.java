package io.meshguard.rules.tracing;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;

/** What concerns egress gateways only: there, trace headers are kept from others on purpose. */
final class Egress {

  private Egress() {}

  /** Returns whether a VirtualService is used by egress gateways and nobody else. */
  static boolean only(Resource virtualService, Mesh mesh) {
    return areEgress(virtualService.at("spec", "gateways"), virtualService, mesh);
  }

  /** Returns whether a route of a VirtualService is for egress gateways by its matches. */
  static boolean only(Cursor route, Resource virtualService, Mesh mesh) {
    List<Cursor> matches = route.at("match").each();
    return !matches.isEmpty()
        && matches.stream()
            .allMatch(match -> areEgress(match.at("gateways"), virtualService, mesh));
  }

  /** Returns whether all parents of an HTTPRoute are called egress gateways. */
  static boolean allParents(Resource httpRoute) {
    List<Cursor> parents = httpRoute.at("spec", "parentRefs").each();
    return !parents.isEmpty() && parents.stream().allMatch(parent -> saysEgress(parent.at("name")));
  }

  /** Returns whether labels select an egress gateway. */
  static boolean selects(Cursor labels) {
    return saysEgress(labels.at("istio")) || saysEgress(labels.at("app"));
  }

  /** Returns whether a name says that it is an egress gateway's. */
  static boolean saysEgress(Cursor name) {
    return name.text("").contains("egress");
  }

  private static boolean areEgress(Cursor gateways, Resource virtualService, Mesh mesh) {
    List<Cursor> names = gateways.each();
    return !names.isEmpty()
        && names.stream().allMatch(name -> isEgress(name, virtualService.namespace(), mesh));
  }

  private static boolean isEgress(Cursor name, String namespace, Mesh mesh) {
    String text = name.text("");
    int slash = text.indexOf('/');
    String where = slash < 0 ? namespace : text.substring(0, slash);
    return mesh.find(Kind.GATEWAY, where, text.substring(slash + 1))
        .found()
        .map(gateway -> selects(gateway.at("spec", "selector")))
        .orElse(saysEgress(name));
  }
}
