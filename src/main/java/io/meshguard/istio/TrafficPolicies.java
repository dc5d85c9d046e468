package io.meshguard.istio;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The traffic policy of a DestinationRule, as Istio merges it for a port and a subset: the entry of
 * a port stands alone and inherits nothing; a subset inherits each component that it does not set
 * itself (istio pilot/pkg/networking/util/util.go {@code MergeSubsetTrafficPolicy} @1.30.3).
 *
 * @param top what holds for all subsets
 * @param subsets what the subsets that have a policy set, in order
 */
public record TrafficPolicies(Level top, List<Level> subsets) {

  /** Stands for every port that no level names. */
  public static final int OTHER_PORTS = 0;

  public TrafficPolicies {
    subsets = List.copyOf(subsets);
  }

  /** Returns the policies in a DestinationRule. */
  public static TrafficPolicies of(Resource destinationRule) {
    return of(destinationRule, Set.of());
  }

  /** Returns the policies in a DestinationRule, leaving out subsets by name. */
  static TrafficPolicies of(Resource destinationRule, Set<String> without) {
    Level top = Level.at(destinationRule.at("spec", "trafficPolicy"));
    List<Level> subsets = new ArrayList<>();
    for (Cursor subset : destinationRule.at("spec", "subsets").each()) {
      Cursor policy = subset.at("trafficPolicy");
      if (policy.isPresent() && !without.contains(subset.at("name").text(""))) {
        subsets.add(Level.at(policy));
      }
    }
    return new TrafficPolicies(top, subsets);
  }

  /** Returns whether a level is the one that holds for all subsets. */
  public boolean isTop(Level level) {
    return level.at().pointer().equals(top.at().pointer());
  }

  /**
   * Returns a component of the policy that is in force.
   *
   * @param level {@link #top()} for traffic to no subset, else the subset
   * @param component {@code loadBalancer}, {@code connectionPool}, {@code outlierDetection} or
   *     {@code tls}
   * @param port a port number, or {@link #OTHER_PORTS}
   * @return its place, missing where nothing is set
   */
  public Cursor effective(Level level, String component, int port) {
    Cursor entry = level.ports().get(port);
    if (entry != null) {
      return entry.at(component);
    }
    Cursor own = level.at().at(component);
    return own.isPresent() || isTop(level) ? own : effective(top, component, port);
  }

  /**
   * One place of a DestinationRule that holds a policy.
   *
   * @param at the policy
   * @param ports its entries for single ports by port number, in order
   */
  public record Level(Cursor at, Map<Integer, Cursor> ports) {

    private static Level at(Cursor policy) {
      Map<Integer, Cursor> ports = new LinkedHashMap<>();
      for (Cursor entry : policy.at("portLevelSettings").each()) {
        int number = ServicePort.number(entry.at("port", "number"));
        if (number > 0) {
          ports.putIfAbsent(number, entry);
        }
      }
      return new Level(policy, ports);
    }
  }
}
