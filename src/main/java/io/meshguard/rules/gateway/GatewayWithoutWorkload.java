package io.meshguard.rules.gateway;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.Revisions;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.GatewayProxies;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Gateway whose selector no gateway has, so that nothing opens its ports: only proxies that run
 * as a router read Gateways, and each must carry all labels of the selector (istio
 * pilot/pkg/model/context.go {@code SetGatewaysForProxy} and push_context.go {@code
 * mergeGateways} @1.30.3).
 */
public final class GatewayWithoutWorkload implements Rule {

  private static final Set<Kind> MACHINES = Set.of(Kind.WORKLOAD_ENTRY, Kind.WORKLOAD_GROUP);

  private static final RuleInfo INFO =
      RuleInfo.rule("gateway-without-workload")
          .subjects(Kind.GATEWAY)
          .reads(Workload.KINDS)
          .reads(MACHINES)
          .reads(Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.VIRTUAL_SERVICE, FaqEntry.PUBLIC_INGRESS)
          .symptoms(Symptom.NO_ANSWER, Symptom.NO_ROUTE)
          .build();

  private static final String OWN_NAMESPACE_ONLY = "PILOT_SCOPE_GATEWAY_TO_NAMESPACE";
  private static final String SIDECAR = "sidecar";
  private static final int MOST_OBJECTS = 200_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Cursor at = subject.at("spec", "selector");
    Map<String, String> selector = new TreeMap<>(LabelSelector.labels(at));
    boolean isKnown =
        !selector.isEmpty()
            && selector.size() == at.fields().size()
            && selector.keySet().stream().noneMatch(GatewayProxies::mayBeAdded);
    if (!isKnown || isOfUnseenRevision(subject, mesh)) {
      return;
    }
    boolean scoped = new IstiodSettings(mesh).isOn(OWN_NAMESPACE_ONLY);
    Set<Map<String, String>> chosen = GatewayProxies.labels(selector, mesh);
    if (!chosen.isEmpty() && !scoped) {
      return;
    }
    Set<Map<String, String>> gateways = GatewayProxies.labels(Map.of(), mesh);
    // Manifests of applications hold no gateways, and an operator makes its own.
    if (gateways.isEmpty() || !mesh.list(Kind.ISTIO_OPERATOR).items().isEmpty()) {
      return;
    }
    WorkBudget budget = new WorkBudget(MOST_OBJECTS);
    Optional<List<Resource>> carriers = carriers(selector, mesh, budget);
    if (budget.isOver()) {
      report.cutShort();
    }
    if (carriers.isPresent()) {
      judge(subject, carriers.get(), scoped, selector, gateways, report);
    }
  }

  private static void judge(
      Resource subject,
      List<Resource> carriers,
      boolean scoped,
      Map<String, String> selector,
      Set<Map<String, String>> gateways,
      Report report) {
    Cursor at = subject.at("spec", "selector");
    if (carriers.isEmpty()) {
      Optional<String> near = near(selector, gateways);
      report
          .say(at, "none", near.isPresent() ? 1 : 0, Message.verbatim(near.orElse("")))
          .advice("advice");
    } else if (carriers.stream().allMatch(GatewayWithoutWorkload::isOrdinary)) {
      report.say(at, "ordinary").advice("ordinary-advice");
    } else if (scoped
        && carriers.stream().noneMatch(one -> one.namespace().equals(subject.namespace()))) {
      report.say(at, "elsewhere", subject.namespace()).advice("elsewhere-advice");
    }
  }

  /** Its control plane, and the gateways that listen to it, may be somewhere else. */
  private static boolean isOfUnseenRevision(Resource subject, Mesh mesh) {
    return subject
        .label(Revisions.REVISION)
        .filter(revision -> !new IstiodSettings(mesh).revisions().contains(revision))
        .isPresent();
  }

  /** Returns all that has the labels of a selector; empty where not everything is known. */
  private static Optional<List<Resource>> carriers(
      Map<String, String> selector, Mesh mesh, WorkBudget budget) {
    List<Resource> carriers = new ArrayList<>();
    for (Kind kind : Stream.concat(Workload.KINDS.stream(), MACHINES.stream()).toList()) {
      Listing listing = mesh.list(kind);
      if (!listing.complete() || !budget.take(listing.items().size())) {
        return Optional.empty();
      }
      listing.items().stream()
          .filter(object -> labels(object).entrySet().containsAll(selector.entrySet()))
          .forEach(carriers::add);
    }
    return Optional.of(carriers);
  }

  private static Map<String, String> labels(Resource object) {
    if (object.kind().equals(Kind.WORKLOAD_ENTRY)) {
      return LabelSelector.labels(object.at("spec", "labels"));
    }
    if (object.kind().equals(Kind.WORKLOAD_GROUP)) {
      return LabelSelector.labels(object.at("spec", "metadata", "labels"));
    }
    return PodTemplate.of(object)
        .map(template -> LabelSelector.labels(template.metadata().at("labels")))
        .orElse(Map.of());
  }

  /** False for what may be a gateway: a machine, and Pods with a template or proxy of their own. */
  private static boolean isOrdinary(Resource object) {
    return PodTemplate.of(object)
        .filter(template -> !GatewayProxies.isGateway(template))
        .filter(
            template -> template.annotation(GatewayProxies.TEMPLATES).text(SIDECAR).equals(SIDECAR))
        .filter(
            template ->
                template.allContainers().stream().allMatch(GatewayWithoutWorkload::isOrdinary))
        .isPresent();
  }

  private static boolean isOrdinary(Cursor container) {
    boolean proxy =
        container.at("name").is("istio-proxy")
            || container.at("image").text("").contains("proxyv2");
    return !proxy
        || Stream.of("command", "args")
            .flatMap(field -> container.at(field).each().stream())
            .anyMatch(word -> word.is(SIDECAR) || word.is("istio-iptables"));
  }

  /** Returns what the gateway that comes nearest has instead of the labels of the selector. */
  private static Optional<String> near(
      Map<String, String> selector, Set<Map<String, String>> gateways) {
    return gateways.stream()
        .filter(labels -> selector.keySet().stream().anyMatch(labels::containsKey))
        .min(
            Comparator.comparing((Map<String, String> labels) -> -common(selector, labels))
                .thenComparing(labels -> text(selector, labels)))
        .map(labels -> text(selector, labels));
  }

  private static long common(Map<String, String> selector, Map<String, String> labels) {
    return selector.entrySet().stream()
        .filter(label -> label.getValue().equals(labels.get(label.getKey())))
        .count();
  }

  private static String text(Map<String, String> selector, Map<String, String> labels) {
    return selector.keySet().stream()
        .filter(labels::containsKey)
        .map(key -> key + ": " + labels.get(key))
        .collect(Collectors.joining(", "));
  }
}
