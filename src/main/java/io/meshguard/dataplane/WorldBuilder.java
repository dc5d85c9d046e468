package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Adds to objects what they take for granted, as {@link World#of} says. */
final class WorldBuilder {
  private static final Set<String> WORKLOADS =
      Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet");
  private static final String CLUSTER = ".svc.cluster.local";
  private static final int TARGET_PORT = 8080;

  private final List<JsonNode> given;
  private final Set<String> namespaces;
  private final List<ObjectNode> services = new ArrayList<>();
  private final Map<String, PodSpec> pods = new LinkedHashMap<>();

  WorldBuilder(List<JsonNode> given) {
    this.given = given.stream().map(WorldBuilder::selecting).toList();
    this.namespaces = given.stream().map(Manifests::namespace).collect(Collectors.toSet());
  }

  /** A Service that selects nothing, and leads to no other name, selects by its own name. */
  private static JsonNode selecting(JsonNode object) {
    if (!Manifests.kind(object).equals("Service")
        || object.at("/spec/selector").size() > 0
        || object.at("/spec/type").asText().equals("ExternalName")) {
      return object;
    }
    ObjectNode service = object.deepCopy();
    ((ObjectNode) service.get("spec")).putObject("selector").put("app", Manifests.name(service));
    return service;
  }

  World build() {
    given.forEach(this::addWorkload);
    given("Gateway").forEach(this::addGateway);
    for (JsonNode route : given("VirtualService")) {
      for (JsonNode destination : route.findValues("destination")) {
        addService(destination, Manifests.namespace(route));
      }
    }
    for (JsonNode rule : given("DestinationRule")) {
      addService(rule.path("spec"), Manifests.namespace(rule));
    }
    given("Service").forEach(this::addPods);
    services.forEach(this::addPods);
    List<JsonNode> objects = new ArrayList<>(services);
    // Pods are made with their proxies. A namespace that is deleted never goes away here, because
    // no
    // controller empties it.
    given.stream()
        .filter(object -> !Set.of("Pod", "Namespace").contains(Manifests.kind(object)))
        .forEach(objects::add);
    return new World(objects, List.copyOf(pods.values()));
  }

  private List<JsonNode> given(String kind) {
    return given.stream().filter(object -> Manifests.kind(object).equals(kind)).toList();
  }

  private void addWorkload(JsonNode object) {
    boolean single = Manifests.kind(object).equals("Pod");
    if (!single && !WORKLOADS.contains(Manifests.kind(object))) {
      return;
    }
    JsonNode template = single ? object : object.at("/spec/template");
    Map<Integer, String> ports = new TreeMap<>();
    for (JsonNode container : template.at("/spec/containers")) {
      for (JsonNode port : container.path("ports")) {
        ports.put(port.path("containerPort").asInt(), port.path("name").asText());
      }
    }
    Map<String, String> labels = Manifests.texts(template.at("/metadata/labels"));
    boolean sidecar =
        labels
            .getOrDefault("sidecar.istio.io/inject", injected(Manifests.namespace(object)))
            .equals("true");
    Map<String, String> where = Manifests.texts(template.at("/spec/nodeSelector"));
    String region = where.getOrDefault("topology.kubernetes.io/region", "");
    String zone = where.getOrDefault("topology.kubernetes.io/zone", "");
    int replicas = single ? 1 : object.at("/spec/replicas").asInt(1);
    boolean numbered = replicas > 1 || Manifests.kind(object).equals("StatefulSet");
    for (int i = 0; i < replicas; i++) {
      add(
          new PodSpec(
              Manifests.namespace(object),
              Manifests.name(object) + (numbered ? "-" + i : ""),
              labels,
              sidecar ? PodSpec.Proxy.SIDECAR : PodSpec.Proxy.NONE,
              ports,
              zone.isEmpty() ? region : region + "/" + zone,
              group(template),
              ProxySettings.of(template)));
    }
  }

  private static int group(JsonNode template) {
    JsonNode own = template.at("/spec/containers/0/securityContext/runAsGroup");
    return own.asInt(template.at("/spec/securityContext/runAsGroup").asInt());
  }

  private String injected(String namespace) {
    boolean enabled =
        given("Namespace").stream()
            .filter(object -> Manifests.name(object).equals(namespace))
            .anyMatch(
                object -> object.at("/metadata/labels/istio-injection").asText().equals("enabled"));
    return Boolean.toString(enabled);
  }

  private void addGateway(JsonNode gateway) {
    Map<String, String> labels = Manifests.texts(gateway.at("/spec/selector"));
    String namespace = "istio-system";
    for (JsonNode service : given("Service")) {
      Map<String, String> selector = Manifests.texts(service.at("/spec/selector"));
      boolean isNarrower = !labels.isEmpty() && selector.entrySet().containsAll(labels.entrySet());
      if (isNarrower || Manifests.selects(service, Manifests.namespace(service), labels)) {
        namespace = Manifests.namespace(service);
      }
      if (isNarrower) {
        labels = selector;
      }
    }
    long before =
        pods.values().stream().filter(pod -> pod.proxy() == PodSpec.Proxy.GATEWAY).count();
    for (PodSpec pod : pods.values()) {
      if (pod.proxy() == PodSpec.Proxy.GATEWAY && pod.labels().equals(labels)) {
        return;
      }
    }
    String name = before == 0 ? "gateway" : "gateway-" + (before + 1);
    add(PodSpec.gateway(namespace, name, labels));
  }

  /** Adds the Service that a destination names, unless an object registers the host. */
  private void addService(JsonNode destination, String from) {
    String host = destination.path("host").asText();
    int port = destination.at("/port/number").asInt();
    String[] parts = host.split("\\.", -1);
    boolean known = parts.length == 2 && namespaces.contains(parts[1]);
    if (host.isEmpty()
        || host.contains("*")
        || !(parts.length == 1 || known || host.endsWith(CLUSTER))) {
      return;
    }
    String namespace = parts.length == 1 ? from : parts[1];
    for (JsonNode object : given) {
      boolean entry =
          Manifests.kind(object).equals("ServiceEntry")
              && object.at("/spec/hosts").toString().contains("\"" + host + "\"");
      if (entry || isService(object, parts[0], namespace)) {
        return;
      }
    }
    for (ObjectNode service : services) {
      if (isService(service, parts[0], namespace)) {
        addPort(service, port);
        return;
      }
    }
    ObjectNode made = JsonNodeFactory.instance.objectNode();
    made.put("apiVersion", "v1").put("kind", "Service");
    made.putObject("metadata").put("name", parts[0]).put("namespace", namespace);
    ObjectNode spec = made.putObject("spec");
    spec.putObject("selector").put("app", parts[0]);
    spec.putArray("ports");
    addPort(made, port == 0 ? 80 : port);
    services.add(made);
  }

  private static boolean isService(JsonNode object, String name, String namespace) {
    return Manifests.kind(object).equals("Service")
        && Manifests.name(object).equals(name)
        && Manifests.namespace(object).equals(namespace);
  }

  private static void addPort(ObjectNode service, int port) {
    ArrayNode ports = (ArrayNode) service.at("/spec/ports");
    for (JsonNode each : ports) {
      if (each.path("port").asInt() == port) {
        return;
      }
    }
    if (port > 0) {
      ObjectNode made = ports.addObject().put("name", "http-" + port);
      made.put("port", port).put("targetPort", TARGET_PORT);
    }
  }

  /** Adds the Pods of a Service that selects none yet; others listen where it sends to. */
  private void addPods(JsonNode service) {
    String namespace = Manifests.namespace(service);
    Map<String, String> selector = Manifests.texts(service.at("/spec/selector"));
    if (selector.isEmpty()) {
      return;
    }
    Map<Integer, String> ports = new TreeMap<>();
    for (JsonNode port : service.at("/spec/ports")) {
      JsonNode target = port.path("targetPort");
      if (target.isTextual()) {
        ports.put(8000 + ports.size(), target.asText());
      } else {
        ports.put(target.asInt(port.path("port").asInt()), "");
      }
    }
    List<PodSpec> selected =
        pods.values().stream()
            .filter(pod -> Manifests.selects(service, pod.namespace(), pod.labels()))
            .toList();
    if (!selected.isEmpty()) {
      selected.forEach(pod -> pods.put(pod.id(), pod.listens(ports)));
      return;
    }
    Map<String, Map<String, String>> subsets = subsets(service);
    if (subsets.isEmpty()) {
      subsets.put("", Map.of());
    }
    subsets.forEach(
        (subset, labels) -> {
          Map<String, String> all = new TreeMap<>(selector);
          all.putAll(labels);
          String name = Manifests.name(service) + (subset.isEmpty() ? "" : "-" + subset);
          add(new PodSpec(namespace, name, all, PodSpec.Proxy.NONE, ports, "", 0, Map.of()));
        });
  }

  private Map<String, Map<String, String>> subsets(JsonNode service) {
    String name = Manifests.name(service);
    String namespace = Manifests.namespace(service);
    Map<String, Map<String, String>> subsets = new LinkedHashMap<>();
    for (JsonNode rule : given("DestinationRule")) {
      String host = rule.at("/spec/host").asText();
      if (host.equals(name + "." + namespace + CLUSTER)
          || host.equals(name + "." + namespace)
          || (host.equals(name) && Manifests.namespace(rule).equals(namespace))) {
        for (JsonNode subset : rule.at("/spec/subsets")) {
          subsets.put(subset.path("name").asText(), Manifests.texts(subset.path("labels")));
        }
      }
    }
    return subsets;
  }

  private void add(PodSpec pod) {
    pods.putIfAbsent(pod.id(), pod);
  }
}
