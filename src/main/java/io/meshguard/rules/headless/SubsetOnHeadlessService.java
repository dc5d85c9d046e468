package io.meshguard.rules.headless;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.istio.DestinationRules;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.traffic.Destination;
import io.meshguard.traffic.PassedHosts;
import io.meshguard.traffic.RouteScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Subsets, weights, mirrors and other destinations that sidecars cannot follow: for a headless
 * Service they call the address that the client called, whatever cluster a route chooses, and a
 * copy has no such address (istio pilot/pkg/networking/core/cluster.go @1.30.3; seen on Envoy 1.36
 * and 1.40).
 */
public final class SubsetOnHeadlessService implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("subset-on-headless-service")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(PassedHosts.READS)
          .reads(DestinationRules.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.HEADLESS)
          .build();

  /** Steps through hosts, DestinationRules and their subsets. */
  private static final int MOST_STEPS = 500_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (VirtualServices.isDelegate(subject)
        || !VirtualServices.boundToMesh(subject)
        || !PassedHosts.exist(mesh)) {
      return;
    }
    List<Destination> destinations = Destination.of(subject);
    if (!destinations.isEmpty()) {
      new Checker(subject, mesh, report).check(destinations);
    }
  }

  /** Looks at the destinations of one VirtualService. */
  private static final class Checker {

    private final Mesh mesh;
    private final Report report;
    private final RouteScope scope;
    private final PassedHosts passed;
    private final Set<String> called;
    private final String firstCalled;
    private final WorkBudget budget = new WorkBudget(MOST_STEPS);
    private final Map<String, Map<String, Boolean>> policies = new HashMap<>();
    private final Map<String, Boolean> calledHosts = new HashMap<>();

    private Checker(Resource subject, Mesh mesh, Report report) {
      this.mesh = mesh;
      this.report = report;
      this.scope = RouteScope.of(subject);
      this.passed = new PassedHosts(mesh);
      this.called =
          VirtualServices.hosts(subject).stream()
              .map(
                  host ->
                      HostName.resolve(
                          host.text(""), subject.namespace(), mesh.facts().clusterDomain()))
              .collect(Collectors.toSet());
      this.firstCalled = called.stream().min(Comparator.naturalOrder()).orElse("");
    }

    private void check(List<Destination> destinations) {
      Map<JsonPointer, List<Destination>> byRoute = new LinkedHashMap<>();
      for (Destination destination : destinations) {
        if (passed.contains(destination.host(mesh))) {
          JsonPointer place = destination.route().pointer();
          byRoute.computeIfAbsent(place, r -> new ArrayList<>()).add(destination);
        }
      }
      Map<String, List<Destination>> alone = new LinkedHashMap<>();
      for (List<Destination> all : byRoute.values()) {
        Cursor route = all.get(0).route();
        if (scope.inMesh(route)) {
          checkRoute(route, all, alone);
        }
      }
      alone.forEach(this::checkChoice);
      if (budget.isOver()) {
        report.cutShort();
      }
    }

    private void checkRoute(
        Cursor route, List<Destination> all, Map<String, List<Destination>> alone) {
      List<Destination> shares = new ArrayList<>();
      for (Destination destination : all) {
        String host = destination.host(mesh);
        if (destination.use() == Destination.Use.MIRROR) {
          say(destination, "mirror", destination.written());
        } else if (!isCalled(host)) {
          say(destination, "other-host", destination.written(), firstCalled);
          return;
        } else if (destination.use() == Destination.Use.SHARE) {
          shares.add(destination);
        } else {
          alone.computeIfAbsent(host, h -> new ArrayList<>()).add(destination);
        }
      }
      if (shares.size() > 1) {
        report.say(route.at("route"), "weights", shares.get(0).written()).advice("second-service");
      }
    }

    private void say(Destination destination, String key, Object... arguments) {
      report.say(destination.at().at("host"), key, arguments).advice("second-service");
    }

    private boolean isCalled(String host) {
      return calledHosts.computeIfAbsent(
          host, name -> !budget.take(called.size()) || mayBeCalled(name));
    }

    /** A Pod of it may be called by a name of its own. */
    private boolean mayBeCalled(String host) {
      String name = host.toLowerCase(Locale.ROOT);
      String service = name.substring(0, Math.max(0, name.indexOf('.')) + 1);
      return called.stream()
          .anyMatch(
              one ->
                  HostName.covers(one, name)
                      || one.endsWith("." + name)
                      || (!service.isEmpty() && (one + ".").startsWith(service))
                      || one.contains("." + service));
    }

    /** Which subset a condition chooses decides nothing, unless subsets have policies. */
    private void checkChoice(String host, List<Destination> alone) {
      Set<String> subsets = new HashSet<>();
      alone.forEach(destination -> subsets.add(destination.subset()));
      if (subsets.size() < 2) {
        return;
      }
      for (Destination destination : alone) {
        String subset = destination.subset();
        if (!subset.isEmpty() && Boolean.FALSE.equals(hasPolicy(host).get(subset))) {
          report
              .say(destination.at().at("subset"), "choice", destination.written(), subset)
              .advice("second-service");
        }
      }
    }

    /** Returns of each subset that is defined whether some rule gives it a policy. */
    private Map<String, Boolean> hasPolicy(String host) {
      return policies.computeIfAbsent(
          host,
          name -> {
            Map<String, Boolean> found = new HashMap<>();
            String lower = name.toLowerCase(Locale.ROOT);
            for (Resource rule : DestinationRules.covering(lower, mesh).items()) {
              for (Cursor subset : rule.at("spec", "subsets").each()) {
                if (!budget.take(1)) {
                  return Map.of();
                }
                found.merge(
                    subset.at("name").text(""),
                    subset.at("trafficPolicy").isPresent(),
                    Boolean::logicalOr);
              }
            }
            return found;
          });
    }
  }
}
