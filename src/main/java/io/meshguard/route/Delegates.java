package io.meshguard.route;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
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
public final class Delegates {

  private static final List<String> STRING_MATCHES =
      List.of("uri", "scheme", "method", "authority");
  private static final List<String> STRING_MATCH_MAPS =
      List.of("headers", "withoutHeaders", "queryParams");

  /** Before, a delegate without a namespace was looked for in none. */
  private static final VersionRange NOT_FOUND_BY_NAME = VersionRange.before("1.11");

  /** Before, a regular expression in a delegate was a conflict. */
  private static final VersionRange WITHOUT_PATTERNS = VersionRange.before("1.15");

  private final Resource root;
  private final Mesh mesh;
  private final Map<String, Optional<List<Cursor>>> known = new HashMap<>();

  /** Makes a view of the delegates of a VirtualService, each of which is looked up once. */
  public Delegates(Resource root, Mesh mesh) {
    this.root = root;
    this.mesh = mesh;
  }

  /** Returns the routes that a root route's delegate puts in its place; empty if not known. */
  public Optional<List<Cursor>> routes(Cursor rootRoute) {
    String name = rootRoute.at("delegate", "name").text("");
    String named = rootRoute.at("delegate", "namespace").text("");
    if (named.isEmpty() && mesh.facts().istio().in(NOT_FOUND_BY_NAME) != Applicability.NOWHERE) {
      return Optional.empty();
    }
    String namespace = named.isEmpty() ? root.namespace() : named;
    return known.computeIfAbsent(namespace + "/" + name, key -> routes(namespace, name));
  }

  private Optional<List<Cursor>> routes(String namespace, String name) {
    return mesh.find(Kind.VIRTUAL_SERVICE, namespace, name)
        .found()
        .filter(delegate -> !delegate.at("spec", "hosts").isNonEmpty() && isVisible(delegate))
        .map(delegate -> delegate.at("spec", "http").each());
  }

  private boolean isVisible(Resource delegate) {
    return Visibility.of(delegate, mesh).reaches(root.namespace()) == Ternary.TRUE;
  }

  /**
   * Returns whether Istio surely takes over a route of the delegate: it drops the whole route where
   * one of its matches fits none of the root's, and what is not sure must cover nothing.
   *
   * @param root matches of the root's route; one that is missing where it has none
   * @param leaf likewise of the delegate's
   */
  public boolean takesOver(List<Cursor> root, List<Cursor> leaf) {
    boolean patterns = mesh.facts().istio().in(WITHOUT_PATTERNS) == Applicability.NOWHERE;
    return leaf.stream()
        .allMatch(
            one ->
                (patterns || !hasPattern(one)) && root.stream().anyMatch(all -> merges(all, one)));
  }

  /**
   * Returns a condition for which Istio surely drops a route of the delegate: one of its matches
   * fits none of the root's. Empty where it may take the route over.
   */
  public Optional<String> dropped(List<Cursor> root, List<Cursor> leaf) {
    for (Cursor one : leaf) {
      boolean mayFit =
          !isPlain(one) || root.stream().anyMatch(all -> !isPlain(all) || mayMerge(all, one));
      if (!mayFit) {
        return Optional.of(conflict(root.get(0), one));
      }
    }
    return Optional.empty();
  }

  /** Names of gateways may be spelled in several ways. */
  private static boolean mayMerge(Cursor root, Cursor leaf) {
    return merges(root, leaf) || !gatewaysFit(root.at("gateways"), leaf.at("gateways"));
  }

  /** Returns the first field by which two matches conflict. */
  private static String conflict(Cursor root, Cursor leaf) {
    for (String field : STRING_MATCHES) {
      if (!fits(root.at(field), leaf.at(field))) {
        return field;
      }
    }
    for (String map : STRING_MATCH_MAPS) {
      if (!mapsFit(root.at(map), leaf.at(map))) {
        return map;
      }
    }
    if (root.at("ignoreUriCase").isTrue() != leaf.at("ignoreUriCase").isTrue()) {
      return "ignoreUriCase";
    }
    if (!sameIfBoth(root.at("port"), leaf.at("port"))) {
      return "port";
    }
    return sourceFits(root.at("sourceNamespace"), leaf.at("sourceNamespace"))
        ? "sourceLabels"
        : "sourceNamespace";
  }

  /** Returns whether the conditions of a match are such that nothing but what is known decides. */
  private boolean isPlain(Cursor match) {
    boolean patterns = mesh.facts().istio().in(WITHOUT_PATTERNS) == Applicability.NOWHERE;
    return (patterns || !hasPattern(match))
        && STRING_MATCHES.stream().map(match::at).allMatch(Delegates::isPlainText)
        && STRING_MATCH_MAPS.stream()
            .flatMap(map -> match.at(map).fields().stream())
            .allMatch(entry -> isPlainText(entry.value()));
  }

  private static boolean isPlainText(Cursor test) {
    long texts = test.fields().stream().filter(f -> f.value().text().isPresent()).count();
    return test.isMissing() || (test.isObject() && test.node().size() == texts && texts <= 1);
  }

  private static boolean hasPattern(Cursor match) {
    return STRING_MATCHES.stream().anyMatch(field -> match.at(field, "regex").isPresent())
        || STRING_MATCH_MAPS.stream()
            .flatMap(map -> match.at(map).fields().stream())
            .anyMatch(entry -> entry.value().at("regex").isPresent());
  }

  /**
   * Returns whether Istio surely merges a match of the root with one of the delegate. Either is
   * missing where its route has none, and then the other stands.
   */
  public static boolean merges(Cursor root, Cursor leaf) {
    if (root.isMissing() || leaf.isMissing()) {
      return true;
    }
    return STRING_MATCHES.stream().allMatch(f -> fits(root.at(f), leaf.at(f)))
        && STRING_MATCH_MAPS.stream().allMatch(map -> mapsFit(root.at(map), leaf.at(map)))
        && root.at("ignoreUriCase").isTrue() == leaf.at("ignoreUriCase").isTrue()
        && sameIfBoth(root.at("port"), leaf.at("port"))
        && sourceFits(root.at("sourceNamespace"), leaf.at("sourceNamespace"))
        && leaf.at("sourceLabels").fields().stream()
            .allMatch(f -> sameIfBoth(root.at("sourceLabels", f.name()), f.value()))
        && gatewaysFit(root.at("gateways"), leaf.at("gateways"));
  }

  /** A match of the delegate must repeat the namespace that the root asks for. */
  private static boolean sourceFits(Cursor root, Cursor leaf) {
    return root.text("").isEmpty() ? !root.isPresent() || root.is("") : leaf.is(root.text(""));
  }

  /** That a value is there at all fits no other condition on it. */
  private static boolean mapsFit(Cursor root, Cursor leaf) {
    return leaf.fields().stream()
        .allMatch(
            field ->
                root.at(field.name()).isMissing() || fits(root.at(field.name()), field.value()));
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
    if (root.isMissing() || leaf.isMissing()) {
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
