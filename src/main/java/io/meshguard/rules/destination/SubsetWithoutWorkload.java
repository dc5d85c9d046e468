package io.meshguard.rules.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.istio.HostName;
import io.meshguard.istio.Registry;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Nearest;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.Destination;
import io.meshguard.traffic.ServiceEndpoints;
import io.meshguard.traffic.SubsetRoutes;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A subset that no endpoint of its host is in, or that is the same as another: an endpoint belongs
 * to a subset if the labels of its Pod hold those of the subset (istio
 * pilot/pkg/xds/endpoints/endpoint_builder.go @1.30.3).
 */
public final class SubsetWithoutWorkload implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("subset-without-workload")
          .subjects(Kind.DESTINATION_RULE)
          .reads(ServiceEndpoints.READS)
          .reads(SubsetRoutes.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.VIRTUAL_SERVICE, FaqEntry.CIRCUIT_BREAKING)
          .symptoms(Symptom.NO_ENDPOINT)
          .build();

  /** Argo Rollouts writes the labels of the subsets of such a rule. */
  private static final String ARGO = "argo-rollouts.argoproj.io/managed-by-rollouts";

  /** Workloads, subsets and routes that are looked at. */
  private static final int MOST_STEPS = 500_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Registry registry = new Registry(mesh);
    String host = registry.destination(subject);
    List<Cursor> subsets = subject.at("spec", "subsets").each();
    Optional<Resource> service = registry.service(host).found();
    if (subsets.isEmpty()
        || HostName.isWildcard(host)
        || mesh.facts().multiCluster()
        || subject.annotation(ARGO).isPresent()
        || subject.controller().isPresent()
        || !registry.entries(host).items().isEmpty()
        || service.filter(SubsetWithoutWorkload::isJudged).isEmpty()) {
      return;
    }
    new Checker(service.get(), host, mesh, report).check(subsets);
  }

  private static boolean isJudged(Resource service) {
    return !Registry.isHeadless(service) && !service.at("spec", "type").is("ExternalName");
  }

  /** Looks at the subsets of one host. */
  private static final class Checker {

    private final Resource service;
    private final String host;
    private final Mesh mesh;
    private final Report report;
    private final WorkBudget budget = new WorkBudget(MOST_STEPS);
    private final Map<String, String> selector;
    private final Optional<ServiceEndpoints> endpoints;
    private final IdentityHashMap<Resource, List<Set<String>>> splitsOf = new IdentityHashMap<>();

    private Checker(Resource service, String host, Mesh mesh, Report report) {
      this.service = service;
      this.host = host;
      this.mesh = mesh;
      this.report = report;
      this.selector = LabelSelector.labels(service.at("spec", "selector"));
      this.endpoints = ServiceEndpoints.of(host, mesh, budget);
    }

    private void check(List<Cursor> subsets) {
      boolean rollouts = mayRollOut();
      Map<JsonNode, Cursor> byMeaning = new HashMap<>();
      for (Cursor subset : subsets) {
        Map<String, String> labels = LabelSelector.labels(subset.at("labels"));
        if (!budget.take(1L + labels.size())) {
          break;
        }
        boolean plain =
            labels.isEmpty() || (!contradicts(subset, labels) && !selectsNone(subset, labels));
        if (plain && !rollouts && !subset.at("name").text("").isEmpty()) {
          Cursor same = byMeaning.putIfAbsent(meaning(subset), subset);
          if (same != null) {
            checkSplit(subset, same);
          }
        }
      }
      if (budget.isOver()) {
        report.cutShort();
      }
    }

    private boolean contradicts(Cursor subset, Map<String, String> labels) {
      Map<String, String> seen = new TreeMap<>(ServiceEndpoints.withoutAdded(labels));
      for (Map.Entry<String, String> label : seen.entrySet()) {
        String selected = selector.get(label.getKey());
        if (selected != null && !selected.equals(label.getValue())) {
          report.say(
              subset.at("labels", label.getKey()),
              "contradicts",
              service.name(),
              label.getKey() + "=" + selected,
              label.getKey() + "=" + label.getValue());
          return true;
        }
      }
      return false;
    }

    private boolean selectsNone(Cursor subset, Map<String, String> labels) {
      Map<String, String> seen = ServiceEndpoints.withoutAdded(labels);
      String name = subset.at("name").text("");
      boolean none =
          endpoints
              .filter(all -> budget.take(all.workloads().size()))
              .filter(all -> !all.workloads().isEmpty() && all.in(labels).isEmpty())
              .isPresent();
      if (!none || SubsetRoutes.to(host, name, mesh).isEmpty() || isOnSomePod(seen)) {
        return false;
      }
      Report.Draft draft =
          report.say(subset.at("labels"), "found", service.name(), shown(seen), name);
      nearest(seen).ifPresent(label -> draft.advice("near", label));
      return true;
    }

    /** Webhooks may have put labels on Pods that no template has. */
    private boolean isOnSomePod(Map<String, String> labels) {
      Listing pods = mesh.list(Kind.POD, service.namespace());
      return !budget.take(pods.items().size())
          || pods.items().stream()
              .map(pod -> LabelSelector.labels(pod.at("metadata", "labels")))
              .anyMatch(
                  have ->
                      have.entrySet().containsAll(labels.entrySet())
                          && have.entrySet().containsAll(selector.entrySet()));
    }

    private static String shown(Map<String, String> labels) {
      return new TreeMap<>(labels)
          .entrySet().stream()
              .map(label -> label.getKey() + "=" + label.getValue())
              .collect(Collectors.joining(","));
    }

    /** Returns a label behind the Service that may be meant by one that is not there. */
    private Optional<String> nearest(Map<String, String> labels) {
      for (Map.Entry<String, String> wanted : new TreeMap<>(labels).entrySet()) {
        Set<String> values = new TreeSet<>();
        for (Workload workload : endpoints.map(ServiceEndpoints::workloads).orElse(List.of())) {
          Optional.ofNullable(workload.labels().get(wanted.getKey())).ifPresent(values::add);
        }
        if (!values.isEmpty() && !values.contains(wanted.getValue())) {
          return Nearest.to(wanted.getValue(), values)
              .or(() -> values.stream().findFirst())
              .map(value -> wanted.getKey() + "=" + value);
        }
      }
      return Optional.empty();
    }

    /** A controller may write the labels of both subsets, and is known not to be there only so. */
    private boolean mayRollOut() {
      Listing rollouts = mesh.list(Kind.ROLLOUT);
      return !rollouts.complete() || !rollouts.items().isEmpty();
    }

    private static JsonNode meaning(Cursor subset) {
      ObjectNode meaning = JsonNodeFactory.instance.objectNode();
      meaning.set("labels", subset.at("labels").node());
      meaning.set("policy", subset.at("trafficPolicy").node());
      return meaning;
    }

    private void checkSplit(Cursor subset, Cursor same) {
      String name = subset.at("name").text("");
      String other = same.at("name").text("");
      for (Resource route : SubsetRoutes.to(host, name, mesh)) {
        if (splits(route, name, other)) {
          report.say(subset, "same", name, other).names(name);
          return;
        }
      }
    }

    private boolean splits(Resource virtualService, String one, String other) {
      List<Set<String>> groups = splitsOf.computeIfAbsent(virtualService, this::groups);
      return budget.take(groups.size())
          && groups.stream().anyMatch(subsets -> subsets.contains(one) && subsets.contains(other));
    }

    /** Returns the subsets of the host that share the traffic of a route, of each route. */
    private List<Set<String>> groups(Resource virtualService) {
      IdentityHashMap<Cursor, Set<String>> byRoute = new IdentityHashMap<>();
      for (Destination destination : Destination.of(virtualService)) {
        boolean share = destination.use() == Destination.Use.SHARE;
        if (share && destination.host(mesh).equals(host)) {
          byRoute
              .computeIfAbsent(destination.route(), r -> new TreeSet<>())
              .add(destination.subset());
        }
      }
      return List.copyOf(byRoute.values());
    }
  }
}
