package io.meshguard.traffic;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is surely a gateway: the injector makes its proxy by the template {@code gateway}, or its
 * proxy runs as a router (istio pilot/pkg/model/context.go {@code SetGatewaysForProxy} and
 * manifests/charts/istio-control/istio-discovery/files/gateway-injection-template.yaml @1.30.3).
 */
public final class GatewayProxies {

  /** Annotation that names the templates of the injector. */
  public static final String TEMPLATES = "inject.istio.io/templates";

  /** Kinds that are looked up: those that make Pods that last, and Pods. */
  public static final Set<Kind> READS =
      Set.of(Kind.DEPLOYMENT, Kind.DAEMON_SET, Kind.STATEFUL_SET, Kind.POD);

  private static final String ANY = "";

  /** Starts of labels that a proxy may have besides those of its Pod. */
  private static final List<String> ADDED =
      List.of(
          "topology.istio.io/",
          "topology.kubernetes.io/",
          "kubernetes.io/",
          "service.istio.io/",
          "security.istio.io/",
          "istio.io/",
          "gateway.networking.k8s.io/",
          "gateway.istio.io/");

  private static final List<Index> INDEXES =
      READS.stream()
          .sorted(Comparator.comparing(Kind::name))
          .map(kind -> new Index("gateways-in-" + kind.plural(), kind, GatewayProxies::keys))
          .toList();

  private GatewayProxies() {}

  /** Returns the labels of the gateways that a selector chooses; an empty one chooses all. */
  public static Set<Map<String, String>> labels(Map<String, String> selector, Mesh mesh) {
    Set<Map<String, String>> labels = new LinkedHashSet<>();
    String key =
        selector.entrySet().stream().map(GatewayProxies::key).sorted().findFirst().orElse(ANY);
    for (Index index : INDEXES) {
      mesh.list(index, key).items().stream()
          .map(GatewayProxies::labels)
          .filter(own -> own.entrySet().containsAll(selector.entrySet()))
          .forEach(labels::add);
    }
    return labels;
  }

  /** Returns whether a proxy may have a label that its Pod does not have. */
  public static boolean mayBeAdded(String label) {
    return ADDED.stream().anyMatch(label::startsWith);
  }

  /** Returns whether the Pods of a template are surely gateways. */
  public static boolean isGateway(PodTemplate template) {
    boolean injected =
        Arrays.stream(template.annotation(TEMPLATES).text("").split(",", -1))
            .anyMatch(name -> name.strip().equals("gateway"));
    return injected || template.containers().stream().anyMatch(GatewayProxies::isRouter);
  }

  private static boolean isRouter(Cursor container) {
    List<String> words =
        Stream.of("command", "args")
            .flatMap(field -> container.at(field).each().stream())
            .flatMap(word -> word.text().stream())
            .toList();
    return words.contains("proxy") && words.contains("router");
  }

  private static Set<String> keys(Resource object) {
    Optional<PodTemplate> template = PodTemplate.of(object).filter(GatewayProxies::isGateway);
    Set<String> keys = new HashSet<>();
    if (template.isPresent()) {
      keys.add(ANY);
      labels(object).entrySet().forEach(label -> keys.add(key(label)));
    }
    return keys;
  }

  private static Map<String, String> labels(Resource object) {
    return PodTemplate.of(object)
        .map(template -> LabelSelector.labels(template.metadata().at("labels")))
        .orElse(Map.of());
  }

  private static String key(Map.Entry<String, String> label) {
    return label.getKey() + "=" + label.getValue();
  }
}
