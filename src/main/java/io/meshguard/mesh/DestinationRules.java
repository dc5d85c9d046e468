package io.meshguard.mesh;

import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Set;

/** DestinationRules by the host that they are for. */
public final class DestinationRules {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = Set.of(Kind.DESTINATION_RULE);

  private static final Index BY_HOST =
      new Index("destination-rules-by-host", Kind.DESTINATION_RULE, DestinationRules::key);

  private DestinationRules() {}

  /** Returns the DestinationRules of all namespaces that are for exactly a full host name. */
  public static Listing forHost(String fullName, Mesh mesh) {
    return mesh.list(BY_HOST, HostName.indexed(fullName, mesh.facts().clusterDomain()));
  }

  /**
   * Returns the other DestinationRules of the same namespace for the same host. Istio merges them:
   * the subsets of all, and the traffic policy of the first that has one (istio
   * pilot/pkg/model/destination_rule.go {@code mergeDestinationRule} @1.30.3).
   */
  public static List<Resource> siblings(Resource rule, Mesh mesh) {
    String host = new Registry(mesh).destination(rule);
    return forHost(host, mesh).items().stream()
        .filter(other -> other.namespace().equals(rule.namespace()))
        .filter(other -> !other.name().equals(rule.name()))
        .toList();
  }

  /**
   * Returns the traffic policies in force for a DestinationRule. Where it has none of its own for
   * all subsets, that of a sibling counts.
   */
  public static TrafficPolicies policies(Resource rule, Mesh mesh) {
    TrafficPolicies own = TrafficPolicies.of(rule);
    if (own.top().at().isPresent()) {
      return own;
    }
    return siblings(rule, mesh).stream()
        .map(sibling -> TrafficPolicies.of(sibling).top())
        .filter(top -> top.at().isPresent())
        .findFirst()
        .map(top -> new TrafficPolicies(top, own.subsets()))
        .orElse(own);
  }

  private static Set<String> key(Resource rule) {
    String host = rule.at("spec", "host").text("");
    return host.isEmpty()
        ? Set.of()
        : Set.of(HostName.resolve(host, rule.namespace(), HostName.INDEX_DOMAIN));
  }
}
