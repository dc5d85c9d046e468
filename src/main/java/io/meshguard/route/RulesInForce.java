package io.meshguard.route;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.Age;
import io.meshguard.istio.DestinationRules;
import io.meshguard.istio.HostName;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Assumptions.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which DestinationRules are in force for a proxy: those of its own namespace, else those of the
 * service's, else those of the root namespace; of each the ones for the narrowest host (istio
 * pilot/pkg/model/push_context.go {@code destinationRule} and {@code setDestinationRules}, and
 * destination_rule.go {@code mergeDestinationRule} @1.30.3).
 */
final class RulesInForce {

  private static final String ALL = "*";

  private final Proxy proxy;
  private final Mesh mesh;
  private final Assumptions assumptions;
  private final Map<String, Optional<RuleInForce>> known = new HashMap<>();
  private boolean complete = true;

  RulesInForce(Proxy proxy, Mesh mesh, Assumptions assumptions) {
    this.proxy = proxy;
    this.mesh = mesh;
    this.assumptions = assumptions;
  }

  /** Some merged rules, with the namespaces that they are exported to word by word. */
  private static final class Merged {
    private final List<Resource> objects = new ArrayList<>();
    private final Set<String> exportTo;

    private Merged(Resource first, Set<String> exportTo) {
      objects.add(first);
      this.exportTo = exportTo;
    }
  }

  /** Returns whether all DestinationRules are known. */
  boolean complete() {
    return complete && mesh.list(Kind.DESTINATION_RULE).complete();
  }

  /** Returns what is in force for a service; empty where there is no rule for its host. */
  Optional<RuleInForce> of(MeshService service) {
    return known.computeIfAbsent(service.host() + " " + service.namespace(), key -> read(service));
  }

  private Optional<RuleInForce> read(MeshService service) {
    String host = service.host();
    Listing listed = DestinationRules.covering(host.toLowerCase(Locale.ROOT), mesh);
    complete &= listed.complete();
    List<Resource> all =
        listed.items().stream()
            .filter(one -> HostName.covers(written(one), host) && !one.beingDeleted())
            .toList();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    all.stream()
        .filter(one -> !Shapes.isDestinationRule(one))
        .forEach(one -> assumptions.doubt(Subject.UNREADABLE, one.ref().path()));
    List<Resource> chosen = chosen(all, service);
    List<Resource> passed = all.stream().filter(one -> !chosen.contains(one)).toList();
    return Optional.of(new RuleInForce(chosen, passed));
  }

  private List<Resource> chosen(List<Resource> all, MeshService service) {
    boolean isRoot = mesh.facts().rootNamespaces().contains(proxy.namespace());
    List<Resource> own = inNamespace(all, proxy.namespace());
    List<Resource> local =
        own.stream().filter(one -> isRoot ? isPrivate(one) : isSeenAtHome(one)).toList();
    if (!local.isEmpty()) {
      return forProxy(merged(narrowest(local)));
    }
    List<String> others = new ArrayList<>(List.of(service.namespace()));
    others.addAll(mesh.facts().rootNamespaces());
    for (String namespace : others) {
      List<Resource> exported =
          inNamespace(all, namespace).stream().filter(one -> !isPrivate(one)).toList();
      if (exported.isEmpty()) {
        continue;
      }
      List<Merged> seen =
          merged(narrowest(exported)).stream().filter(one -> reaches(one.exportTo)).toList();
      if (!seen.isEmpty()) {
        return forProxy(seen);
      }
    }
    return List.of();
  }

  /** Of several a selector that selects the proxy counts, else the last without one. */
  private List<Resource> forProxy(List<Merged> merged) {
    List<Resource> last = List.of();
    for (Merged one : merged) {
      Resource first = one.objects.get(0);
      if (!DestinationRules.hasSelector(first)) {
        last = one.objects;
      } else if (first.namespace().equals(proxy.namespace())
          && proxy.has(LabelSelector.labels(first.at("spec", "workloadSelector", "matchLabels")))) {
        return one.objects;
      }
    }
    return last;
  }

  private List<Merged> merged(List<Resource> rules) {
    Applicability apart = mesh.facts().istio().in(DestinationRules.TELLS_EXPORTS_APART);
    List<Merged> merged = new ArrayList<>();
    for (Resource rule : sorted(rules)) {
      Deadline.check();
      boolean separately = true;
      for (Merged one : merged) {
        Resource first = one.objects.get(0);
        Set<String> exportTo = exportTo(rule);
        if (apart != Applicability.NOWHERE) {
          if (exportTo.equals(one.exportTo)) {
            separately = false;
          } else {
            separately = true;
            if (one.exportTo.isEmpty() || !exportTo.containsAll(one.exportTo)) {
              continue;
            }
          }
        }
        boolean bothWith =
            DestinationRules.hasSelector(first) && DestinationRules.hasSelector(rule);
        boolean bothWithout =
            !DestinationRules.hasSelector(first) && !DestinationRules.hasSelector(rule);
        boolean same = selector(first).equals(selector(rule));
        if (bothWith && !same) {
          separately = true;
          continue;
        }
        if (bothWithout || (bothWith && same)) {
          separately = false;
        }
        one.objects.add(rule);
      }
      if (separately) {
        merged.add(new Merged(rule, exportTo(rule)));
      }
    }
    return merged;
  }

  private static Map<String, String> selector(Resource rule) {
    return LabelSelector.labels(rule.at("spec", "workloadSelector", "matchLabels"));
  }

  /** Those with a selector come first, and each kind by age. */
  private List<Resource> sorted(List<Resource> rules) {
    List<Resource> sorted = new ArrayList<>();
    for (Resource rule : rules) {
      int at = sorted.size();
      while (at > 0 && isBefore(rule, sorted.get(at - 1))) {
        at--;
      }
      sorted.add(at, rule);
    }
    return sorted;
  }

  private boolean isBefore(Resource one, Resource other) {
    boolean mine = DestinationRules.hasSelector(one);
    boolean theirs = DestinationRules.hasSelector(other);
    if (mine != theirs) {
      return mine;
    }
    Ternary older = Age.isOlder(one, other);
    if (older != Ternary.UNKNOWN) {
      return older == Ternary.TRUE;
    }
    boolean named = one.ref().path().compareTo(other.ref().path()) < 0;
    Resource first = named ? one : other;
    Resource second = named ? other : one;
    return named == assumptions.holds(Subject.OLDER, first.ref().path(), second.ref().path());
  }

  private List<Resource> narrowest(List<Resource> rules) {
    String best = "";
    for (Resource rule : rules) {
      String host = written(rule);
      boolean better =
          best.isEmpty()
              || (HostName.isWildcard(best) && !HostName.isWildcard(host))
              || (HostName.isWildcard(best) == HostName.isWildcard(host)
                  && host.length() > best.length());
      best = better ? host : best;
    }
    String chosen = best;
    return rules.stream().filter(rule -> written(rule).equals(chosen)).toList();
  }

  private String written(Resource rule) {
    return HostName.completed(
        rule.at("spec", "host").text(""), rule.namespace(), mesh.facts().clusterDomain());
  }

  private static List<Resource> inNamespace(List<Resource> rules, String namespace) {
    return rules.stream().filter(rule -> rule.namespace().equals(namespace)).toList();
  }

  private boolean isSeenAtHome(Resource rule) {
    Set<String> to = exportTo(rule);
    return to.isEmpty() || to.contains(ALL) || to.contains(".") || to.contains(rule.namespace());
  }

  private boolean isPrivate(Resource rule) {
    Set<String> to = exportTo(rule);
    if (to.isEmpty()) {
      return !Visibility.of(rule, mesh).reachesAll();
    }
    return to.size() == 1 && (to.contains(".") || to.contains(rule.namespace()));
  }

  private boolean reaches(Set<String> exportTo) {
    return exportTo.isEmpty() || exportTo.contains(ALL) || exportTo.contains(proxy.namespace());
  }

  /** A rule with a selector is for its own namespace, whatever it says. */
  private static Set<String> exportTo(Resource rule) {
    return DestinationRules.hasSelector(rule)
        ? Set.of(".")
        : new HashSet<>(DestinationRules.exportTo(rule));
  }
}
