package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ApiClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@link World} that runs on a data plane, until it is closed. */
public final class Scene implements AutoCloseable {
  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static final long LOG_MILLIS = 3_000;

  private final DataPlane plane;
  private final World world;
  private final Map<String, SimulatedPod> pods = new HashMap<>();
  private final List<JsonNode> stored = new ArrayList<>();
  private final List<JsonNode> services = new ArrayList<>();
  private final AtomicInteger lookups = new AtomicInteger();

  private Scene(DataPlane plane, World world) {
    this.plane = plane;
    this.world = world;
  }

  /**
   * Starts the Pods of a world, applies its objects and waits until every proxy has them.
   *
   * @param command how kubectl applies them
   * @throws RefusedException where Envoy refuses what istiod makes of them
   * @throws IOException where the API server refuses one
   */
  static Scene open(DataPlane plane, World whole, List<String> command)
      throws IOException, InterruptedException {
    World world = plane.network().adapt(whole);
    Scene scene = new Scene(plane, world);
    try {
      plane.echo().reset();
      for (String namespace : world.namespaces()) {
        plane.controlPlane().createNamespace(namespace, Map.of());
      }
      for (SimulatedPod pod : plane.add(world.pods())) {
        scene.pods.put(pod.spec().id(), pod);
      }
      scene.stored.addAll(plane.apply(world.manifest(), command));
      plane.await();
      scene.services.addAll(plane.services());
      return scene;
    } catch (IOException | InterruptedException | RuntimeException e) {
      scene.close();
      throw e;
    }
  }

  /** Returns the objects as they are stored. */
  public List<JsonNode> stored() {
    return List.copyOf(stored);
  }

  /**
   * Opens a connection from a Pod to where its name server would send it.
   *
   * @throws ConnectException where the other side refuses
   */
  public HttpConnection connect(SimulatedPod client, String host, int port) throws IOException {
    return client.connect(resolve(host, client.spec().namespace()), port);
  }

  /** Returns a Pod by name and namespace. */
  public SimulatedPod pod(String namespace, String name) {
    return Optional.ofNullable(pods.get(name + "." + namespace))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no Pod " + namespace + "/" + name + ": " + pods.keySet()));
  }

  /** Returns the Pods. */
  public List<SimulatedPod> pods() {
    return List.copyOf(pods.values());
  }

  /** Sends a request from outside the cluster to a gateway, at the port of its URL. */
  public Sighting throughGateway(SimulatedPod gateway, URI url, RawRequest request)
      throws IOException, InterruptedException {
    InetSocketAddress front = new InetSocketAddress(gateway.address(), port(url));
    for (JsonNode service : services) {
      if (Manifests.selects(service, gateway.spec().namespace(), gateway.spec().labels())) {
        front = plane.network().front(service, gateway, port(url));
      }
    }
    String address = front.getAddress().getHostAddress();
    return send(plane.outside(), Optional.of(gateway), address, front.getPort(), request);
  }

  /**
   * Sends a request from a Pod to where its name server would send it. Where the Pod has no
   * sidecar, the first proxy on the way is the server's.
   */
  public Sighting from(SimulatedPod client, URI url, RawRequest request)
      throws IOException, InterruptedException {
    String address = resolve(url.getHost(), client.spec().namespace());
    Optional<SimulatedPod> proxy =
        client.envoy().isPresent() ? Optional.of(client) : sidecarBehind(address);
    return send(client.network(), proxy, address, port(url), request);
  }

  private Optional<SimulatedPod> sidecarBehind(String address) {
    return pods.values().stream()
        .filter(pod -> pod.envoy().isPresent())
        .filter(pod -> pod.address().equals(address) || isBehind(pod.spec(), address))
        .findFirst();
  }

  private boolean isBehind(PodSpec pod, String address) {
    return services.stream()
        .filter(service -> service.at("/spec/clusterIP").asText().equals(address))
        .anyMatch(service -> Manifests.selects(service, pod.namespace(), pod.labels()));
  }

  private Sighting send(
      NetNamespace network,
      Optional<SimulatedPod> proxy,
      String address,
      int port,
      RawRequest request)
      throws IOException, InterruptedException {
    String agent = "meshguard/" + REQUESTS.incrementAndGet();
    RawRequest marked =
        request.header("user-agent").isEmpty() ? request.with("User-Agent", agent) : request;
    String marker = marked.header("user-agent");
    long end = proxy.isPresent() ? proxy.get().accessLogEnd() : 0;
    long start = System.nanoTime();
    RawResponse response;
    try (HttpConnection connection = new HttpConnection(network.connect(address, port))) {
      response = connection.send(marked);
    } catch (ConnectException e) {
      response = RawResponse.reset();
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    List<Echo.Received> tries =
        plane.echo().received().stream()
            .filter(received -> received.request().header("user-agent").equals(marker))
            .toList();
    Optional<AccessLogLine> log =
        proxy.isPresent() ? log(proxy.get(), end, marker) : Optional.empty();
    return new Sighting(response, log, tries, millis);
  }

  /** A connection that was passed on as bytes says nothing of a request: its line comes alone. */
  private static Optional<AccessLogLine> log(SimulatedPod proxy, long from, String marker)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + LOG_MILLIS * 1_000_000;
    while (System.nanoTime() < end) {
      Optional<AccessLogLine> other = Optional.empty();
      for (String text : proxy.accessLog(from)) {
        Optional<AccessLogLine> line = AccessLogLine.parse(text);
        if (line.isPresent() && line.get().userAgent().equals(marker)) {
          return line;
        }
        if (line.isPresent() && line.get().userAgent().equals("-")) {
          other = line;
        }
      }
      if (other.isPresent()) {
        return other;
      }
      Thread.sleep(10);
    }
    return Optional.empty();
  }

  private static int port(URI url) {
    return url.getPort() < 0 ? 80 : url.getPort();
  }

  /** Plays the name server of the cluster; names of the internet lead to a Pod named so. */
  private String resolve(String host, String namespace) throws IOException {
    String[] parts = host.split("\\.", -1);
    String wanted = parts.length == 1 ? namespace : parts[1];
    for (JsonNode service : services) {
      if (Manifests.name(service).equals(parts[0])
          && Manifests.namespace(service).equals(wanted)
          && (parts.length < 3 || parts[2].equals("svc"))) {
        String address = service.at("/spec/clusterIP").asText();
        return address.equals("None") ? podBehind(service) : address;
      }
    }
    for (JsonNode object : world.objects()) {
      if (Manifests.kind(object).equals("ServiceEntry")
          && object.at("/spec/hosts").toString().contains("\"" + host + "\"")
          && !object.at("/spec/addresses/0").isMissingNode()) {
        return object.at("/spec/addresses/0").asText();
      }
    }
    for (SimulatedPod pod : pods.values()) {
      if (pod.spec().name().equals(host)
          || pod.address().equals(host)
          || (pod.spec().name().equals(parts[0]) && isHeadless(parts, namespace))) {
        return pod.address();
      }
    }
    return plane.internet();
  }

  /** Such as redis-0.redis.shop: a Pod of a headless Service. */
  private boolean isHeadless(String[] parts, String namespace) {
    return parts.length > 1
        && services.stream()
            .anyMatch(
                service ->
                    Manifests.name(service).equals(parts[1])
                        && Manifests.namespace(service)
                            .equals(parts.length > 2 ? parts[2] : namespace)
                        && service.at("/spec/clusterIP").asText().equals("None"));
  }

  /** A name of several addresses leads to each in turn. */
  private String podBehind(JsonNode service) throws IOException {
    List<String> addresses =
        pods.values().stream()
            .filter(pod -> Manifests.selects(service, pod.spec().namespace(), pod.spec().labels()))
            .map(SimulatedPod::address)
            .sorted()
            .toList();
    if (addresses.isEmpty()) {
      throw new IOException("no Pod behind " + Manifests.name(service));
    }
    return addresses.get(lookups.getAndIncrement() % addresses.size());
  }

  /** Returns the servers. */
  public Echo echo() {
    return plane.echo();
  }

  /** Removes the Pods and objects again. */
  @Override
  public void close() throws IOException, InterruptedException {
    for (JsonNode object : world.objects()) {
      plane.forget(object);
    }
    for (SimulatedPod pod : pods.values()) {
      plane.remove(pod);
    }
  }

  static List<JsonNode> services(ApiClient api) throws IOException, InterruptedException {
    List<JsonNode> services = new ArrayList<>();
    JsonNode list = ApiClient.tree(api.get("/api/v1/services"));
    for (JsonNode item : list.path("items")) {
      ((ObjectNode) item).put("kind", "Service");
      services.add(item);
    }
    return services;
  }
}
