package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gateways and the servers behind them on the machine's own loopback interface, where namespaces
 * cannot be made: each server has an address in 127.0.0.0/8, each gateway ports of its own. The API
 * server takes no such address into an EndpointSlice, so that servers are WorkloadEntries. Nothing
 * can be redirected here, so that there are no sidecars. Needs no rights.
 */
final class HostNetwork implements Network {
  /** Low ports are root's, and gateways bind the usual ones at all addresses. */
  private static final int MOVED = 20_000;

  private static final int HIGH = 40_000;

  /** A gateway without a Service gets one, which selects it by this. */
  private static final String FRONTED = "meshguard.invalid/fronted";

  /** A port at which nobody serves. */
  private static final int NOBODY = 1;

  private static final String ISTIOD = "127.0.0.1";

  private final ControlPlane guests;
  private final Path directory;
  private final String hindrance;
  private final Map<String, String> addresses = new HashMap<>();
  private final Map<String, Integer> ports = new HashMap<>();
  private int places;
  private int given;

  /**
   * Makes it.
   *
   * @param hindrance why there is no interception
   */
  HostNetwork(ControlPlane guests, Path directory, String hindrance) {
    this.guests = guests;
    this.directory = directory;
    this.hindrance = hindrance;
  }

  @Override
  public String hostAddress() {
    return ISTIOD;
  }

  @Override
  public Istiod.Ports istiodPorts() throws IOException {
    return new Istiod.Ports(freePort(), freePort(), freePort(), freePort());
  }

  @Override
  public synchronized String address(String pod) {
    return addresses.computeIfAbsent(pod, key -> nextAddress());
  }

  /** None is used twice, as in a cluster; runs beside this one begin elsewhere. */
  private String nextAddress() {
    long run = ProcessHandle.current().pid() % 250;
    int number = given++;
    return "127.%d.%d.%d".formatted(1 + run, number / 250 % 250, 1 + number % 250);
  }

  @Override
  public NetNamespace attach(String name, List<String> own, int group) throws IOException {
    Path socket = directory.resolve("a" + places++);
    Path log = directory.resolve(name + "-agent.log");
    Process agent =
        guests.startGuest(
            new ProcessBuilder(NetNamespace.agent(socket))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile()));
    return new NetNamespace(name, agent, socket);
  }

  @Override
  public void addAddress(NetNamespace place, String more) {
    // All of 127.0.0.0/8 leads here.
  }

  @Override
  public void intercept(NetNamespace place) throws IOException {
    throw new IOException(hindrance);
  }

  @Override
  public Optional<String> hindrance() {
    return Optional.of(hindrance);
  }

  @Override
  public List<String> enterAsProxy(NetNamespace place) {
    return List.of();
  }

  @Override
  public int portOf(int port) {
    return port < HIGH ? MOVED + port : port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private synchronized int gatewayPort(PodSpec gateway, int port) throws IOException {
    String key = gateway.id() + ":" + port;
    Integer known = ports.get(key);
    if (known == null) {
      known = freePort();
      ports.put(key, known);
    }
    return known;
  }

  /** A gateway binds what the target ports of its Service say; one without a Service gets one. */
  @Override
  public synchronized World adapt(World world) throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (JsonNode object : world.objects()) {
      objects.add(Manifests.kind(object).equals("Service") ? moved(object) : object);
    }
    List<PodSpec> pods = new ArrayList<>();
    for (PodSpec pod : world.pods()) {
      addresses.put(pod.id(), nextAddress());
      switch (pod.proxy()) {
        case GATEWAY -> pods.add(fronted(pod, world, objects));
        case NONE -> {
          objects.add(entry(pod));
          pods.add(pod);
        }
        case SIDECAR -> pods.add(pod);
      }
    }
    return new World(objects, pods);
  }

  private PodSpec fronted(PodSpec gateway, World world, List<JsonNode> objects) throws IOException {
    boolean fronted = false;
    for (int i = 0; i < world.objects().size(); i++) {
      JsonNode object = world.objects().get(i);
      if (Manifests.selects(object, gateway.namespace(), gateway.labels())) {
        objects.set(i, retargeted(object, gateway));
        fronted = true;
      }
    }
    if (fronted) {
      return gateway;
    }
    objects.add(front(gateway, serverPorts(world)));
    Map<String, String> labels = new HashMap<>(gateway.labels());
    labels.put(FRONTED, gateway.name());
    return PodSpec.gateway(gateway.namespace(), gateway.name(), labels);
  }

  private ObjectNode moved(JsonNode object) {
    ObjectNode service = object.deepCopy();
    for (JsonNode port : service.at("/spec/ports")) {
      JsonNode target = port.path("targetPort");
      if (!target.isTextual()) {
        int number = target.asInt(port.path("port").asInt());
        ((ObjectNode) port).put("targetPort", portOf(number));
      }
    }
    return service;
  }

  private ObjectNode retargeted(JsonNode object, PodSpec gateway) throws IOException {
    ObjectNode service = object.deepCopy();
    for (JsonNode port : service.at("/spec/ports")) {
      int target = port.path("targetPort").asInt(port.path("port").asInt());
      ((ObjectNode) port).put("targetPort", gatewayPort(gateway, target));
    }
    return service;
  }

  private ObjectNode front(PodSpec gateway, Set<Integer> numbers) throws IOException {
    ObjectNode service = object("v1", "Service", gateway.namespace(), gateway.name() + "-front");
    ObjectNode spec = service.putObject("spec");
    spec.putObject("selector").put(FRONTED, gateway.name());
    ArrayNode list = spec.putArray("ports");
    for (int number : numbers) {
      ObjectNode port = list.addObject().put("name", "port-" + number).put("port", number);
      port.put("targetPort", gatewayPort(gateway, number));
    }
    return service;
  }

  private static Set<Integer> serverPorts(World world) {
    Set<Integer> numbers = new TreeSet<>();
    for (JsonNode object : world.objects()) {
      if (Manifests.kind(object).equals("Gateway")) {
        object
            .at("/spec/servers")
            .forEach(server -> numbers.add(server.at("/port/number").asInt()));
      }
    }
    return numbers;
  }

  /** A Service selects WorkloadEntries as it selects Pods. */
  private ObjectNode entry(PodSpec pod) {
    ObjectNode entry =
        object("networking.istio.io/v1", "WorkloadEntry", pod.namespace(), pod.name());
    ObjectNode spec = entry.putObject("spec").put("address", address(pod.id()));
    ObjectNode labels = spec.putObject("labels");
    pod.labels().forEach(labels::put);
    if (!pod.locality().isEmpty()) {
      spec.put("locality", pod.locality());
    }
    ObjectNode named = spec.putObject("ports");
    pod.ports()
        .forEach(
            (number, name) -> {
              if (!name.isEmpty()) {
                named.put(name, portOf(number));
              }
            });
    return entry;
  }

  private static ObjectNode object(String apiVersion, String kind, String namespace, String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", apiVersion).put("kind", kind);
    object.putObject("metadata").put("name", name).put("namespace", namespace);
    return object;
  }

  @Override
  public InetSocketAddress front(JsonNode service, SimulatedPod gateway, int port) {
    for (JsonNode each : service.at("/spec/ports")) {
      if (each.path("port").asInt() == port) {
        return new InetSocketAddress(
            InetAddress.getLoopbackAddress(), each.path("targetPort").asInt());
      }
    }
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), NOBODY);
  }

  @Override
  public void serve(Map<PodNetwork.Frontend, List<PodNetwork.Backend>> services) {
    // Gateways go to endpoints, and nobody else calls here.
  }

  @Override
  public void close() {
    // What was started ends with its Pod.
  }
}
