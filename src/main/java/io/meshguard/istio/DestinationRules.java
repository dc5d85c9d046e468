package io.meshguard.istio;

import io.meshguard.istio.TrafficPolicies.Level;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * DestinationRules by the host that they are for, and what of one is in force beside others.
 *
 * <p>Of the rules of one namespace for one host Istio makes one: the subsets of all, of two with
 * the same name the older one's, and whole the traffic policy of the oldest that has one (istio
 * pilot/pkg/model/destination_rule.go {@code mergeDestinationRule} @1.30.3). Since 1.24 only those
 * with the same {@code exportTo}, word by word, become one; of the others a client takes the newest
 * that it may see. A rule with a {@code workloadSelector} stands alone for whom it selects. Rules
 * for a wildcard are not merged with those for an exact host.
 */
public final class DestinationRules {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = Set.of(Kind.DESTINATION_RULE);

  private static final Index BY_HOST =
      new Index("destination-rules-by-host", Kind.DESTINATION_RULE, DestinationRules::key);

  private static final Index BY_NAMESPACE_AND_HOST =
      new Index(
          "destination-rules-by-namespace-and-host",
          Kind.DESTINATION_RULE,
          DestinationRules::keyInNamespace);

  /** Versions that do not merge rules with different {@code exportTo} (note 52519 of Istio). */
  public static final VersionRange TELLS_EXPORTS_APART = VersionRange.from("1.24");

  /** Key under which all rules for a wildcard stand besides; no host can be called so. */
  private static final String ANY_WILDCARD = "*/*";

  /** Nobody writes so many for one host; what is in force of more is not known. */
  private static final int MOST_FOR_A_HOST = 50;

  private DestinationRules() {}

  /**
   * What of a DestinationRule is in force, once it is merged with others.
   *
   * @param policies the traffic policy that is in force for all subsets, and those of the rule's
   *     own subsets that are in force
   * @param topIsOwn whether the policy for all subsets is the rule's own, or there is none
   * @param subsets the subsets of all rules that are merged with it
   */
  public record EffectivePolicy(TrafficPolicies policies, boolean topIsOwn, List<Cursor> subsets) {

    public EffectivePolicy {
      subsets = List.copyOf(subsets);
    }
  }

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
   * Returns the DestinationRules of all namespaces that are for a full host name, exactly or by a
   * wildcard. The case of letters is not looked at.
   *
   * @param fullName the name in small letters
   */
  public static Listing covering(String fullName, Mesh mesh) {
    Listing exact = forHost(fullName, mesh);
    Listing wildcards = mesh.list(BY_HOST, ANY_WILDCARD);
    Registry registry = new Registry(mesh);
    List<Resource> rules = new ArrayList<>(exact.items());
    for (Resource rule : wildcards.items()) {
      String host = registry.destination(rule);
      if (!host.equals(fullName) && HostName.covers(host, fullName)) {
        rules.add(rule);
      }
    }
    return new Listing(rules, exact.complete() && wildcards.complete());
  }

  /**
   * Returns what of a DestinationRule is in force.
   *
   * @param budget for looking at the other rules; where it ends, the answer is empty
   * @return empty where that is not known, or where nothing of it is in force for some client that
   *     may see it
   */
  public static Optional<EffectivePolicy> effectivePolicy(
      Resource rule, Mesh mesh, WorkBudget budget) {
    Set<String> exportTo = exportTo(rule);
    if (isReadByNobody(rule, mesh)) {
      return Optional.empty();
    }
    Applicability toldApart = mesh.facts().istio().in(TELLS_EXPORTS_APART);
    List<Resource> merged = new ArrayList<>(List.of(rule));
    List<Resource> apart = new ArrayList<>();
    Optional<List<Resource>> others = others(rule, mesh);
    if (others.isEmpty()) {
      return Optional.empty();
    }
    for (Resource other : others.get()) {
      Set<String> theirs = exportTo(other);
      if (!budget.take(1L + exportTo.size() + theirs.size())) {
        return Optional.empty();
      }
      boolean selects = hasSelector(other);
      if (selects && hasSelector(rule)) {
        return Optional.empty();
      }
      if (selects || hasSelector(rule) || other.beingDeleted()) {
        continue;
      }
      if (exportTo.equals(theirs) || toldApart == Applicability.NOWHERE) {
        merged.add(other);
      } else if (toldApart != Applicability.EVERYWHERE || mayBeNested(exportTo, theirs)) {
        return Optional.empty();
      } else if (mayMeet(exportTo, theirs, rule.namespace())) {
        apart.add(other);
      }
    }
    return isNewest(merged, apart, budget) ? merge(rule, merged, budget) : Optional.empty();
  }

  /** The index knows a short name under the usual domain, a full one as it is written. */
  private static Set<String> names(String host, Mesh mesh) {
    Set<String> names = new LinkedHashSet<>();
    names.add(HostName.indexed(host, mesh.facts().clusterDomain()));
    names.add(host);
    return names;
  }

  /** Returns the other rules of the namespace for the host; empty where there are too many. */
  public static Optional<List<Resource>> others(Resource rule, Mesh mesh) {
    Registry registry = new Registry(mesh);
    String host = registry.destination(rule);
    List<Resource> listed = new ArrayList<>();
    for (String name : names(host, mesh)) {
      List<Resource> some = mesh.list(BY_NAMESPACE_AND_HOST, in(rule, name)).items();
      if (listed.size() + some.size() > MOST_FOR_A_HOST) {
        return Optional.empty();
      }
      listed.addAll(some);
    }
    return Optional.of(
        listed.stream()
            .filter(other -> !other.name().equals(rule.name()))
            .filter(other -> registry.destination(other).equals(host))
            .toList());
  }

  /**
   * Returns whether surely no client reads a rule: outside of the namespaces of its service and of
   * the mesh's root it is for clients of its own namespace, and {@code exportTo} leaves them out.
   */
  private static boolean isReadByNobody(Resource rule, Mesh mesh) {
    String home = rule.namespace();
    boolean leftOut = leavesOutHome(rule);
    String host = new Registry(mesh).destination(rule);
    String suffix = ".svc." + mesh.facts().clusterDomain();
    return leftOut
        && host.endsWith(suffix)
        && !host.endsWith("." + home + suffix)
        && !HostName.isWildcard(host)
        && !mesh.facts().rootNamespaces().contains(home);
  }

  /** Returns whether clients of its own namespace do not see a rule. */
  public static boolean leavesOutHome(Resource rule) {
    Set<String> exportTo = exportTo(rule);
    return !exportTo.isEmpty()
        && Collections.disjoint(exportTo, Set.of("*", ".", rule.namespace()));
  }

  /**
   * What is merged stands where the oldest of it stands, and the last that a client sees counts.
   */
  private static boolean isNewest(List<Resource> merged, List<Resource> apart, WorkBudget budget) {
    return apart.stream()
        .allMatch(
            rival ->
                merged.stream()
                    .allMatch(
                        member -> budget.take(1) && Age.isOlder(rival, member) == Ternary.TRUE));
  }

  private static Optional<EffectivePolicy> merge(
      Resource rule, List<Resource> merged, WorkBudget budget) {
    List<Resource> withPolicy =
        merged.stream().filter(one -> one.at("spec", "trafficPolicy").isPresent()).toList();
    Optional<Resource> first =
        withPolicy.stream()
            .filter(
                one ->
                    withPolicy.stream()
                        .allMatch(
                            other ->
                                budget.take(1)
                                    && (isSame(one, other)
                                        || Age.isOlder(one, other) == Ternary.TRUE)))
            .findFirst();
    if (budget.isOver() || (first.isEmpty() && !withPolicy.isEmpty())) {
      return Optional.empty();
    }
    List<Cursor> subsets = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Resource one : merged) {
      boolean after = !isSame(one, rule) && Age.isOlder(rule, one) != Ternary.TRUE;
      for (Cursor subset : one.at("spec", "subsets").each()) {
        if (!budget.take(1)) {
          return Optional.empty();
        }
        subsets.add(subset);
        if (after) {
          taken.add(subset.at("name").text(""));
        }
      }
    }
    TrafficPolicies own = TrafficPolicies.of(rule, taken);
    boolean topIsOwn = first.isEmpty() || isSame(first.get(), rule);
    Level top = topIsOwn ? own.top() : TrafficPolicies.of(first.get()).top();
    return Optional.of(
        new EffectivePolicy(new TrafficPolicies(top, own.subsets()), topIsOwn, subsets));
  }

  /** All stand in one namespace. */
  private static boolean isSame(Resource one, Resource other) {
    return one.name().equals(other.name());
  }

  /** Returns whether a rule is for some workloads of its namespace only. */
  public static boolean hasSelector(Resource rule) {
    return rule.at("spec", "workloadSelector").isPresent();
  }

  /** Returns the entries of {@code exportTo}, which Istio compares word by word. */
  public static Set<String> exportTo(Resource rule) {
    Set<String> names = new HashSet<>();
    rule.at("spec", "exportTo").each().forEach(name -> name.text().ifPresent(names::add));
    return names;
  }

  /** The younger of two is merged into an older one that is exported to some of its namespaces. */
  private static boolean mayBeNested(Set<String> mine, Set<String> theirs) {
    return !mine.isEmpty()
        && !theirs.isEmpty()
        && (mine.containsAll(theirs) || theirs.containsAll(mine));
  }

  /** Returns whether there may be a namespace from which both of two rules are seen. */
  private static boolean mayMeet(Set<String> mine, Set<String> theirs, String home) {
    Set<String> ours = namespaces(mine, home);
    Set<String> others = namespaces(theirs, home);
    return ours.contains("*") || others.contains("*") || !Collections.disjoint(ours, others);
  }

  /** Where nothing is said, the mesh configuration decides, and at most all see the rule. */
  private static Set<String> namespaces(Set<String> exportTo, String home) {
    Set<String> names = new HashSet<>(exportTo);
    if (names.isEmpty()) {
      names.add("*");
    }
    if (names.remove(".")) {
      names.add(home);
    }
    return names;
  }

  private static String in(Resource rule, String host) {
    return rule.namespace() + "/" + host;
  }

  private static Set<String> keyInNamespace(Resource rule) {
    Set<String> keys = new HashSet<>();
    key(rule).forEach(host -> keys.add(in(rule, host)));
    return keys;
  }

  private static Set<String> key(Resource rule) {
    String host = rule.at("spec", "host").text("");
    if (host.isEmpty()) {
      return Set.of();
    }
    String full = HostName.resolve(host, rule.namespace(), HostName.INDEX_DOMAIN);
    return HostName.isWildcard(full) ? Set.of(full, ANY_WILDCARD) : Set.of(full);
  }
}
