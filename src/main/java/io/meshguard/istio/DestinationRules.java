package io.meshguard.istio;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** DestinationRules by the host that they are for. */
public final class DestinationRules {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = Set.of(Kind.DESTINATION_RULE);

  private static final Index BY_HOST =
      new Index("destination-rules-by-host", Kind.DESTINATION_RULE, DestinationRules::key);

  /** By namespace and host, those that have a policy for all subsets. */
  private static final Index WITH_POLICY =
      new Index(
          "destination-rules-with-policy",
          Kind.DESTINATION_RULE,
          rule ->
              rule.at("spec", "trafficPolicy").isPresent()
                  ? key(rule).stream().map(host -> in(rule, host)).collect(Collectors.toSet())
                  : Set.of());

  private DestinationRules() {}

  /** Returns the DestinationRules of all namespaces that are for exactly a full host name. */
  public static Listing forHost(String fullName, Mesh mesh) {
    String indexed = HostName.indexed(fullName, mesh.facts().clusterDomain());
    Listing listed = mesh.list(BY_HOST, indexed);
    if (indexed.equals(fullName)) {
      return listed;
    }
    // The index knows a short name under the usual domain, a full one as it is written.
    Listing literal = mesh.list(BY_HOST, fullName);
    Registry registry = new Registry(mesh);
    List<Resource> rules =
        Stream.concat(listed.items().stream(), literal.items().stream())
            .filter(rule -> registry.destination(rule).equals(fullName))
            .toList();
    return new Listing(rules, listed.complete() && literal.complete());
  }

  /**
   * Returns the traffic policies in force for a DestinationRule. Where it has none of its own for
   * all subsets, that of another one of the same namespace for the same host counts: Istio merges
   * them, the subsets of all, and the traffic policy of the first that has one (istio
   * pilot/pkg/model/destination_rule.go {@code mergeDestinationRule} @1.30.3).
   */
  public static TrafficPolicies policies(Resource rule, Mesh mesh) {
    TrafficPolicies own = TrafficPolicies.of(rule);
    if (own.top().at().isPresent()) {
      return own;
    }
    String host = new Registry(mesh).destination(rule);
    Registry registry = new Registry(mesh);
    return Stream.of(HostName.indexed(host, mesh.facts().clusterDomain()), host)
        .distinct()
        .flatMap(name -> mesh.list(WITH_POLICY, in(rule, name)).items().stream())
        .filter(other -> !other.name().equals(rule.name()))
        .filter(other -> registry.destination(other).equals(host))
        .findFirst()
        .map(sibling -> TrafficPolicies.of(sibling).top())
        .map(top -> new TrafficPolicies(top, own.subsets()))
        .orElse(own);
  }

  private static String in(Resource rule, String host) {
    return rule.namespace() + "/" + host;
  }

  private static Set<String> key(Resource rule) {
    String host = rule.at("spec", "host").text("");
    return host.isEmpty()
        ? Set.of()
        : Set.of(HostName.resolve(host, rule.namespace(), HostName.INDEX_DOMAIN));
  }
}
