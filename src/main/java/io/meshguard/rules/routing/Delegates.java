package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a root route that hands its requests to another VirtualService (istio
 * pilot/pkg/model/virtualservice.go {@code mergeVirtualServicesIfNeeded} @1.30.3).
 */
final class Delegates {

  private static final List<String> STRING_MATCHES =
      List.of("uri", "scheme", "method", "authority");
  private static final List<String> STRING_MATCH_MAPS =
      List.of("headers", "withoutHeaders", "queryParams");

  private final Resource root;
  private final Mesh mesh;
  private final Map<String, Optional<List<Cursor>>> known = new HashMap<>();

  /** Makes a view of the delegates of a VirtualService, each of which is looked up once. */
  Delegates(Resource root, Mesh mesh) {
    this.root = root;
    this.mesh = mesh;
  }

  /** Returns the routes that a root route's delegate puts in its place; empty if not known. */
  Optional<List<Cursor>> routes(Cursor rootRoute) {
    String name = rootRoute.at("delegate", "name").text("");
    String namespace = rootRoute.at("delegate", "namespace").text(root.namespace());
    return known.computeIfAbsent(namespace + "/" + name, key -> routes(namespace, name));
  }

  private Optional<List<Cursor>> routes(String namespace, String name) {
    return mesh.find(Kind.VIRTUAL_SERVICE, namespace, name)
        .found()
        .filter(delegate -> !delegate.at("spec", "hosts").isNonEmpty() && isVisible(delegate))
        .map(delegate -> delegate.at("spec", "http").each());
  }

  private boolean isVisible(Resource delegate) {
    Cursor exportTo = delegate.at("spec", "exportTo");
    Set<String> reaching =
        delegate.namespace().equals(root.namespace())
            ? Set.of("*", ".", root.namespace())
            : Set.of("*", root.namespace());
    return !exportTo.isNonEmpty()
        || exportTo.each().stream().anyMatch(to -> reaching.contains(to.text("")));
  }

  /**
   * Returns whether Istio surely merges a match of the root with one of the delegate. Where it sees
   * a conflict it drops the route, so one that is not sure must cover nothing.
   */
  static boolean merges(Cursor root, Cursor leaf) {
    return STRING_MATCHES.stream().allMatch(f -> fits(root.at(f), leaf.at(f)))
        && STRING_MATCH_MAPS.stream().allMatch(map -> mapsFit(root.at(map), leaf.at(map)))
        && root.at("ignoreUriCase").isTrue() == leaf.at("ignoreUriCase").isTrue()
        && sameIfBoth(root.at("port"), leaf.at("port"))
        && sameIfBoth(root.at("sourceNamespace"), leaf.at("sourceNamespace"))
        && leaf.at("sourceLabels").fields().stream()
            .allMatch(f -> sameIfBoth(root.at("sourceLabels", f.name()), f.value()))
        && gatewaysFit(root.at("gateways"), leaf.at("gateways"));
  }

  private static boolean mapsFit(Cursor root, Cursor leaf) {
    return leaf.fields().stream().allMatch(field -> fits(root.at(field.name()), field.value()));
  }

  private static boolean sameIfBoth(Cursor root, Cursor leaf) {
    return !root.isPresent() || !leaf.isPresent() || root.node().equals(leaf.node());
  }

  private static boolean gatewaysFit(Cursor root, Cursor leaf) {
    if (!root.isNonEmpty() || !leaf.isNonEmpty()) {
      return true;
    }
    Set<JsonNode> allowed = new HashSet<>();
    root.node().forEach(allowed::add);
    return leaf.each().stream().allMatch(name -> allowed.contains(name.node()));
  }

  /** The delegate's test must be one of part of the values that the root's test allows. */
  private static boolean fits(Cursor root, Cursor leaf) {
    if (!root.isNonEmpty() || !leaf.isNonEmpty()) {
      return true;
    }
    String exact = root.at("exact").text("");
    String prefix = root.at("prefix").text("");
    if (!exact.isEmpty()) {
      return leaf.at("exact").is(exact);
    }
    String narrower = leaf.at("exact").text(leaf.at("prefix").text(""));
    return !prefix.isEmpty() && narrower.startsWith(prefix);
  }
}
