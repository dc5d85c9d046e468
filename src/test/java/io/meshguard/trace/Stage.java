package io.meshguard.trace;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.dataplane.AccessLogLine;
import io.meshguard.dataplane.DataPlane;
import io.meshguard.dataplane.HttpConnection;
import io.meshguard.dataplane.PodSpec;
import io.meshguard.dataplane.RawResponse;
import io.meshguard.dataplane.SimulatedPod;
import io.meshguard.trace.Question.Caller;
import io.meshguard.trace.Question.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Pods that stay while the objects around them change: servers, clients with sidecars, gateways,
 * and one client outside the mesh.
 */
final class Stage implements AutoCloseable {
  /** The namespaces in which Pods are. */
  static final List<String> NAMESPACES = List.of("shop", "pay", "data");

  /** The servers of each namespace, by their label app; each has the versions v1 and v2. */
  static final List<String> APPS = List.of("a", "b", "c");

  static final List<PodSpec> CLIENTS =
      List.of(
          client("shop", "web", Map.of("app", "web", "tier", "front")),
          client("shop", "job", Map.of("app", "job", "tier", "back")),
          client("pay", "web", Map.of("app", "web", "tier", "front")),
          client("data", "tool", Map.of("app", "tool")));

  static final List<PodSpec> GATEWAYS =
      List.of(
          PodSpec.gateway("istio-system", "ingress", Map.of("istio", "ingress")),
          PodSpec.gateway("shop", "edge", Map.of("istio", "edge", "app", "edge")));

  private static final Map<Integer, String> SERVED = Map.of(8080, "", 9000, "");
  private static final long QUIET_MILLIS = 100;

  private final DataPlane plane;
  private final Map<Caller, SimulatedPod> proxies = new HashMap<>();
  private final List<SimulatedPod> pods = new ArrayList<>();
  private final SimulatedPod outside;
  private int asked;

  private Stage(DataPlane plane, List<SimulatedPod> added) {
    this.plane = plane;
    pods.addAll(added);
    for (SimulatedPod pod : added) {
      boolean gateway = pod.spec().proxy() == PodSpec.Proxy.GATEWAY;
      proxies.put(new Caller(pod.spec().namespace(), pod.spec().name(), gateway), pod);
    }
    this.outside = added.get(0);
  }

  private static PodSpec client(String namespace, String name, Map<String, String> labels) {
    return new PodSpec(namespace, name, labels, PodSpec.Proxy.SIDECAR, Map.of(), "", 0, Map.of());
  }

  /** Starts them. */
  static Stage open(DataPlane plane) throws IOException, InterruptedException {
    List<PodSpec> specs = new ArrayList<>();
    specs.add(PodSpec.client("outside", "outside").with(PodSpec.Proxy.NONE));
    for (String namespace : NAMESPACES) {
      for (String app : APPS) {
        for (String version : List.of("v1", "v2")) {
          Map<String, String> labels = Map.of("app", app, "version", version);
          specs.add(
              new PodSpec(
                  namespace,
                  app + "-" + version,
                  labels,
                  PodSpec.Proxy.NONE,
                  SERVED,
                  "",
                  0,
                  Map.of()));
        }
      }
    }
    specs.addAll(CLIENTS);
    specs.addAll(GATEWAYS);
    return new Stage(plane, plane.add(specs));
  }

  /** Returns the Pods as a mesh view has them. */
  List<SimulatedPod> pods() {
    return List.copyOf(pods);
  }

  /** Returns the address of a server. */
  String address(String namespace, String name) {
    return pods.stream()
        .filter(pod -> pod.spec().namespace().equals(namespace) && pod.spec().name().equals(name))
        .findFirst()
        .orElseThrow()
        .address();
  }

  /**
   * Sends requests one after the other and returns what became of each.
   *
   * @param names plays the name server
   */
  List<ObservedRequest> ask(List<Question> questions, Names names)
      throws IOException, InterruptedException {
    Map<SimulatedPod, Long> ends = new HashMap<>();
    for (SimulatedPod pod : proxies.values()) {
      if (pod.spec().proxy() != PodSpec.Proxy.NONE) {
        ends.put(pod, pod.accessLogEnd());
      }
    }
    List<Sent> sent = new ArrayList<>();
    for (Question question : questions) {
      sent.add(send(question, names));
    }
    Map<SimulatedPod, Logs> logs = new HashMap<>();
    for (Map.Entry<SimulatedPod, Long> end : ends.entrySet()) {
      awaitQuiet(end.getKey());
      logs.put(end.getKey(), new Logs(end.getKey().accessLogLines(end.getValue())));
    }
    List<Optional<AccessLogLine>> lines = new ArrayList<>();
    for (Sent each : sent) {
      lines.add(Objects.requireNonNull(logs.get(each.proxy())).line(each));
    }
    List<ObservedRequest> observed = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++) {
      Sent each = sent.get(i);
      Logs log = Objects.requireNonNull(logs.get(each.proxy()));
      Optional<AccessLogLine> line = lines.get(i).or(() -> log.lineTo(each.to()));
      observed.add(ObservedRequest.of(each.response(), line));
    }
    return observed;
  }

  /** Not everything is logged, so that nobody can wait for a line. */
  private static void awaitQuiet(SimulatedPod proxy) throws IOException, InterruptedException {
    long end = -1;
    while (end != proxy.accessLogEnd()) {
      end = proxy.accessLogEnd();
      Thread.sleep(QUIET_MILLIS);
    }
  }

  /** Where servers are. */
  @FunctionalInterface
  interface Addresses {
    /** Returns the address of a server by namespace and name. */
    String of(String namespace, String name);
  }

  /** Where a name leads. */
  @FunctionalInterface
  interface Names {
    /** Returns the address of a host as seen from a namespace; empty where it has none. */
    Optional<String> resolve(String host, String namespace);
  }

  private record Sent(SimulatedPod proxy, String mark, int port, String to, RawResponse response) {}

  private Sent send(Question question, Names names) {
    SimulatedPod proxy = Objects.requireNonNull(proxies.get(question.from()));
    boolean gateway = question.from().gateway();
    SimulatedPod client = gateway ? outside : proxy;
    Optional<String> named =
        gateway
            ? Optional.of(proxy.address())
            : names.resolve(question.host(), question.from().namespace());
    int port = gateway ? RandomGateways.listens(question.from(), question.port()) : question.port();
    String mark = "meshguard/" + asked++;
    if (named.isEmpty()) {
      return new Sent(proxy, mark, 0, "", none());
    }
    String address = named.get();
    try (HttpConnection connection = client.connect(address, port)) {
      RawResponse response = send(connection, question, mark);
      return new Sent(proxy, mark, connection.port(), address + ":" + port, response);
    } catch (ConnectException e) {
      return new Sent(proxy, mark, 0, "", none());
    } catch (IOException e) {
      throw new IllegalStateException("cannot send " + question, e);
    }
  }

  private static RawResponse send(HttpConnection connection, Question question, String mark) {
    if (question.transport() == Transport.TCP) {
      connection.sendBytes("hello\r\n\r\n");
      return none();
    }
    if (question.transport() == Transport.TLS && !connection.startTls(question.serverName())) {
      return none();
    }
    return connection.send(question.raw(mark));
  }

  private static RawResponse none() {
    return new RawResponse(RawResponse.RESET, "", List.of(), "");
  }

  /** The lines of one proxy, by the mark of the request and by the ends of the connection. */
  private static final class Logs {
    private final Map<String, AccessLogLine> byMark = new HashMap<>();
    private final Map<String, AccessLogLine> byConnection = new LinkedHashMap<>();

    Logs(List<AccessLogLine> lines) {
      for (AccessLogLine line : lines) {
        if (line.userAgent().equals("-")) {
          String client = line.client();
          byConnection.put(client.substring(client.lastIndexOf(':')) + line.local(), line);
        } else {
          byMark.put(line.userAgent(), line);
        }
      }
    }

    Optional<AccessLogLine> line(Sent sent) {
      AccessLogLine line = byMark.get(sent.mark());
      return Optional.ofNullable(
          line == null ? byConnection.remove(":" + sent.port() + sent.to()) : line);
    }

    /**
     * Returns a line that belongs to no other connection. Where a port is used again while the
     * kernel remembers it, interception gives the connection another one.
     */
    Optional<AccessLogLine> lineTo(String address) {
      Optional<AccessLogLine> left =
          byConnection.values().stream().filter(line -> line.local().equals(address)).findFirst();
      left.ifPresent(line -> byConnection.values().remove(line));
      return left;
    }
  }

  /** Applies objects and waits until every proxy has them; returns them as they are stored. */
  List<JsonNode> apply(List<? extends JsonNode> objects) throws IOException, InterruptedException {
    List<JsonNode> stored = plane.apply(documents(objects));
    plane.await();
    return stored;
  }

  /** Deletes objects, and does not wait. */
  void delete(List<? extends JsonNode> objects) throws IOException, InterruptedException {
    plane.delete(documents(objects));
  }

  private static String documents(List<? extends JsonNode> objects) {
    StringBuilder text = new StringBuilder();
    objects.forEach(object -> text.append("---\n").append(object).append('\n'));
    return text.toString();
  }

  /** Removes the Pods. */
  @Override
  public void close() throws IOException, InterruptedException {
    for (SimulatedPod pod : pods) {
      plane.remove(pod);
    }
  }
}
