package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ApiClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plays what a bare API server lacks: the kubelet, and the controller of EndpointSlices. */
final class Controllers {
  private static final String KUBELET = "v1.35.4";
  private static final List<String> NODE_INFO =
      List.of(
          "architecture",
          "bootID",
          "containerRuntimeVersion",
          "kernelVersion",
          "kubeProxyVersion",
          "kubeletVersion",
          "machineID",
          "operatingSystem",
          "osImage",
          "systemUUID");

  private final ApiClient api;

  Controllers(ApiClient api) {
    this.api = api;
  }

  /**
   * Registers a Pod as one that runs and is ready.
   *
   * @param mutualTls whether its proxy, where it has one, has a certificate
   */
  void register(PodSpec spec, String address, boolean mutualTls)
      throws IOException, InterruptedException {
    String node = node(spec.locality());
    ObjectNode pod = object("v1", "Pod", spec.namespace(), spec.name());
    ObjectNode labels = ((ObjectNode) pod.get("metadata")).putObject("labels");
    spec.labels().forEach(labels::put);
    if (mutualTls && spec.proxy() == PodSpec.Proxy.SIDECAR) {
      // As the injector does: istiod concludes from it who takes mutual TLS.
      labels.put("security.istio.io/tlsMode", "istio");
    }
    ObjectNode body = pod.putObject("spec");
    body.put("nodeName", node);
    body.put("terminationGracePeriodSeconds", 0);
    ArrayNode containers = body.putArray("containers");
    ObjectNode container = containers.addObject();
    container.put("name", "app").put("image", "meshguard.invalid/echo");
    ArrayNode ports = container.putArray("ports");
    spec.ports()
        .forEach(
            (number, name) -> {
              ObjectNode port = ports.addObject().put("containerPort", number);
              if (!name.isEmpty()) {
                port.put("name", name);
              }
            });
    if (spec.proxy() != PodSpec.Proxy.NONE) {
      containers.addObject().put("name", "istio-proxy").put("image", "meshguard.invalid/proxyv2");
    }
    apply(podPath(spec), pod);
    ObjectNode running = object("v1", "Pod", spec.namespace(), spec.name());
    ObjectNode status = running.putObject("status");
    status.put("phase", "Running").put("podIP", address);
    status.putArray("podIPs").addObject().put("ip", address);
    ArrayNode conditions = status.putArray("conditions");
    for (String type : List.of("Initialized", "ContainersReady", "Ready", "PodScheduled")) {
      conditions.addObject().put("type", type).put("status", "True");
    }
    apply(podPath(spec) + "/status", running);
  }

  void unregister(PodSpec spec) throws IOException, InterruptedException {
    api.delete(podPath(spec));
  }

  private static String podPath(PodSpec spec) {
    return "/api/v1/namespaces/" + spec.namespace() + "/pods/" + spec.name();
  }

  private String node(String locality) throws IOException, InterruptedException {
    String name = locality.isEmpty() ? "node" : "node-" + locality.replace('/', '-');
    ObjectNode node = object("v1", "Node", "", name);
    if (!locality.isEmpty()) {
      String[] parts = locality.split("/", 2);
      ObjectNode labels = ((ObjectNode) node.get("metadata")).putObject("labels");
      labels.put("topology.kubernetes.io/region", parts[0]);
      if (parts.length > 1) {
        labels.put("topology.kubernetes.io/zone", parts[1]);
      }
    }
    apply("/api/v1/nodes/" + name, node);
    // istiod decides on native sidecars by the versions of kubelets.
    ObjectNode running = object("v1", "Node", "", name);
    ObjectNode info = running.putObject("status").putObject("nodeInfo");
    for (String field : NODE_INFO) {
      info.put(field, field.equals("kubeletVersion") ? KUBELET : "");
    }
    apply("/api/v1/nodes/" + name + "/status", running);
    return name;
  }

  /** What the Services of the cluster are now. */
  record Endpoints(
      Map<PodNetwork.Frontend, List<PodNetwork.Backend>> routes, List<JsonNode> slices) {}

  /** Makes the EndpointSlices what Services and Pods say, and returns where Services lead. */
  Endpoints reconcile() throws IOException, InterruptedException {
    Map<PodNetwork.Frontend, List<PodNetwork.Backend>> routes = new LinkedHashMap<>();
    List<JsonNode> slices = new ArrayList<>();
    JsonNode pods = items("/api/v1/pods");
    for (JsonNode service : items("/api/v1/services")) {
      JsonNode selector = service.at("/spec/selector");
      if (!selector.isObject() || selector.isEmpty()) {
        continue;
      }
      List<JsonNode> chosen = new ArrayList<>();
      for (JsonNode pod : pods) {
        if (isSelected(pod, service)) {
          chosen.add(pod);
        }
      }
      JsonNode slice = slice(service, chosen);
      apply(slicePath(slice), slice);
      slices.add(slice);
      route(service, slice, routes);
    }
    for (JsonNode slice : items("/apis/discovery.k8s.io/v1/endpointslices")) {
      if (slices.stream().noneMatch(kept -> slicePath(kept).equals(slicePath(slice)))
          && slice
              .at("/metadata/labels/endpointslice.kubernetes.io~1managed-by")
              .asText()
              .equals("meshguard")) {
        api.delete(slicePath(slice));
      }
    }
    return new Endpoints(routes, slices);
  }

  private static boolean isSelected(JsonNode pod, JsonNode service) {
    if (!namespace(pod).equals(namespace(service)) || pod.at("/status/podIP").isMissingNode()) {
      return false;
    }
    JsonNode labels = pod.at("/metadata/labels");
    for (Map.Entry<String, JsonNode> wanted : service.at("/spec/selector").properties()) {
      if (!labels.path(wanted.getKey()).equals(wanted.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static JsonNode slice(JsonNode service, List<JsonNode> pods) {
    String name = service.at("/metadata/name").asText();
    ObjectNode slice =
        object("discovery.k8s.io/v1", "EndpointSlice", namespace(service), name + "-meshguard");
    ObjectNode labels = ((ObjectNode) slice.get("metadata")).putObject("labels");
    labels.put("kubernetes.io/service-name", name);
    labels.put("endpointslice.kubernetes.io/managed-by", "meshguard");
    slice.put("addressType", "IPv4");
    ArrayNode endpoints = slice.putArray("endpoints");
    for (JsonNode pod : pods) {
      ObjectNode endpoint = endpoints.addObject();
      endpoint.putArray("addresses").add(pod.at("/status/podIP").asText());
      endpoint.putObject("conditions").put("ready", true).put("serving", true);
      endpoint.put("nodeName", pod.at("/spec/nodeName").asText());
      endpoint
          .putObject("targetRef")
          .put("kind", "Pod")
          .put("namespace", namespace(pod))
          .put("name", pod.at("/metadata/name").asText());
      if (service.at("/spec/clusterIP").asText().equals("None")) {
        endpoint.put("hostname", pod.at("/metadata/name").asText());
      }
    }
    ArrayNode ports = slice.putArray("ports");
    for (JsonNode port : service.at("/spec/ports")) {
      targetPort(port, pods)
          .ifPresent(
              number -> {
                ObjectNode made = ports.addObject().put("port", number);
                made.put("name", port.path("name").asText());
                made.put("protocol", port.path("protocol").asText("TCP"));
                if (port.has("appProtocol")) {
                  made.set("appProtocol", port.get("appProtocol"));
                }
              });
    }
    return slice;
  }

  /** A named port that no Pod has gives none. */
  private static Optional<Integer> targetPort(JsonNode port, List<JsonNode> pods) {
    JsonNode target = port.path("targetPort");
    if (target.isMissingNode() || target.asInt() > 0) {
      return Optional.of(target.asInt(port.path("port").asInt()));
    }
    for (JsonNode pod : pods) {
      for (JsonNode each : pod.at("/spec/containers/0/ports")) {
        if (each.path("name").asText().equals(target.asText())) {
          return Optional.of(each.path("containerPort").asInt());
        }
      }
    }
    return Optional.empty();
  }

  private static void route(
      JsonNode service, JsonNode slice, Map<PodNetwork.Frontend, List<PodNetwork.Backend>> routes) {
    String address = service.at("/spec/clusterIP").asText("None");
    if (address.equals("None") || address.isEmpty()) {
      return;
    }
    for (JsonNode port : service.at("/spec/ports")) {
      for (JsonNode made : slice.path("ports")) {
        if (made.path("name").asText().equals(port.path("name").asText())) {
          List<PodNetwork.Backend> backends = new ArrayList<>();
          for (JsonNode endpoint : slice.path("endpoints")) {
            backends.add(
                new PodNetwork.Backend(
                    endpoint.at("/addresses/0").asText(), made.path("port").asInt()));
          }
          routes.put(new PodNetwork.Frontend(address, port.path("port").asInt()), backends);
        }
      }
    }
  }

  private static String slicePath(JsonNode slice) {
    return "/apis/discovery.k8s.io/v1/namespaces/%s/endpointslices/%s"
        .formatted(namespace(slice), slice.at("/metadata/name").asText());
  }

  private static String namespace(JsonNode object) {
    return object.at("/metadata/namespace").asText();
  }

  private JsonNode items(String path) throws IOException, InterruptedException {
    ApiClient.Answer answer = api.get(path);
    if (answer.status() != 200) {
      throw new IOException("reading " + path + " failed: " + answer.body());
    }
    return ApiClient.tree(answer).path("items");
  }

  private void apply(String path, JsonNode object) throws IOException, InterruptedException {
    ApiClient.Answer answer = api.apply(path, object);
    if (answer.status() >= 300) {
      throw new IOException("applying " + path + " failed: " + answer.body());
    }
  }

  private static ObjectNode object(String version, String kind, String namespace, String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", version).put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return object;
  }
}
