package io.meshguard.rules.ingress;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which Services stand before the Pods of which Gateways. Both select Pods by labels; where one
 * selector holds the other, they have Pods in common whatever Pods there are.
 */
final class Fronting {

  private static final Index SERVICES =
      new Index(
          "services-by-selector",
          Kind.SERVICE,
          service -> pairs(selector(service.at("spec", "selector"))));

  private static final Index GATEWAYS =
      new Index(
          "gateways-by-selector",
          Kind.GATEWAY,
          gateway -> pairs(selector(gateway.at("spec", "selector"))));

  private static final String YES = "yes";

  private static final List<Kind> MAKERS = List.of(Kind.DEPLOYMENT, Kind.DAEMON_SET);

  /** Few are, so that a look at them alone is quick. */
  private static final List<Index> ON_NODES =
      MAKERS.stream()
          .map(kind -> new Index("on-nodes-" + kind.plural(), kind, Fronting::onNode))
          .toList();

  private static final List<Index> BY_LABEL =
      MAKERS.stream()
          .map(kind -> new Index("by-label-" + kind.plural(), kind, w -> pairs(labels(w))))
          .toList();

  private Fronting() {}

  /** Returns the Services in front of a Gateway, by namespace and name. */
  static Collection<Resource> services(Resource gateway, Mesh mesh) {
    return sharing(gateway, SERVICES, mesh);
  }

  /** Returns whether a Service is in front of any Gateway. */
  static boolean hasGateway(Resource service, Mesh mesh) {
    return !sharing(service, GATEWAYS, mesh).isEmpty();
  }

  /** Returns labels as text; a value that is no text is left out. */
  static Map<String, String> selector(Cursor labels) {
    Map<String, String> selector = new HashMap<>();
    labels
        .fields()
        .forEach(field -> field.value().text().ifPresent(text -> selector.put(field.name(), text)));
    return selector;
  }

  /**
   * Returns the definitions of the Pods of Deployments and DaemonSets of a namespace that a
   * selector chooses; none for one without labels.
   */
  static Stream<PodTemplate> pods(Map<String, String> selector, String namespace, Mesh mesh) {
    return templates(chosen(selector, MAKERS.stream().map(kind -> mesh.list(kind, namespace))));
  }

  /** Returns whether Pods that a selector chooses open ports of their nodes. */
  static boolean areOnNodes(Map<String, String> selector, Mesh mesh) {
    return chosen(selector, ON_NODES.stream().map(index -> mesh.list(index, YES)))
        .findAny()
        .isPresent();
  }

  /** Returns the Services that select Pods of a Gateway, by whatever labels. */
  static List<Resource> servicesOfPods(Resource gateway, Mesh mesh) {
    List<Resource> services = new ArrayList<>();
    Map<String, String> selector = selector(gateway.at("spec", "selector"));
    Optional<String> pair = pairs(selector).stream().min(Comparator.naturalOrder());
    chosen(
            selector,
            BY_LABEL.stream().flatMap(index -> pair.map(p -> mesh.list(index, p)).stream()))
        .forEach(
            workload -> {
              Map<String, String> labels = labels(workload);
              for (Resource service : mesh.list(Kind.SERVICE, workload.namespace()).items()) {
                Map<String, String> theirs = selector(service.at("spec", "selector"));
                if (!theirs.isEmpty() && holds(labels, theirs)) {
                  services.add(service);
                }
              }
            });
    return services;
  }

  private static Stream<PodTemplate> templates(Stream<Resource> workloads) {
    return workloads.flatMap(workload -> PodTemplate.of(workload).stream());
  }

  private static Stream<Resource> chosen(Map<String, String> selector, Stream<Listing> workloads) {
    return workloads
        .filter(listing -> !selector.isEmpty())
        .flatMap(listing -> listing.items().stream())
        .filter(workload -> holds(labels(workload), selector));
  }

  private static Map<String, String> labels(Resource workload) {
    return PodTemplate.of(workload)
        .map(template -> selector(template.metadata().at("labels")))
        .orElseGet(Map::of);
  }

  private static Set<String> onNode(Resource workload) {
    return PodTemplate.of(workload).filter(Fronting::isOnNode).isPresent() ? Set.of(YES) : Set.of();
  }

  private static boolean isOnNode(PodTemplate template) {
    return template.hostNetwork()
        || template.containers().stream()
            .flatMap(container -> container.at("ports").each().stream())
            .anyMatch(port -> port.at("hostPort").isPresent());
  }

  private static Collection<Resource> sharing(Resource subject, Index index, Mesh mesh) {
    Map<String, String> own = selector(subject.at("spec", "selector"));
    Map<String, Resource> found = new LinkedHashMap<>();
    Set<Resource> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (String pair : pairs(own)) {
      for (Resource other : mesh.list(index, pair).items()) {
        if (seen.add(other)) {
          Map<String, String> theirs = selector(other.at("spec", "selector"));
          if (holds(own, theirs) || holds(theirs, own)) {
            found.put(other.ref().path(), other);
          }
        }
      }
    }
    return found.values();
  }

  private static boolean holds(Map<String, String> outer, Map<String, String> inner) {
    return outer.entrySet().containsAll(inner.entrySet());
  }

  private static Set<String> pairs(Map<String, String> labels) {
    Set<String> pairs = new HashSet<>();
    labels.forEach((key, value) -> pairs.add(key + "=" + value));
    return pairs;
  }
}
