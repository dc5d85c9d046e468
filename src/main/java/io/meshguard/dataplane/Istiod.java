package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.controlplane.ControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Istio's control plane as a process, and what its debug pages say. */
final class Istiod {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final String address;
  private final Ports ports;
  private final String http;
  private final Process process;
  private final Path log;

  /**
   * Where it serves.
   *
   * @param grpc configuration of proxies, in plain text
   * @param grpcTls the same, and certificates, over TLS
   * @param webhooks of injection and validation
   * @param monitoring its metrics
   */
  record Ports(int grpc, int grpcTls, int webhooks, int monitoring) {
    static final Ports USUAL = new Ports(15010, 15012, 15017, 15014);
  }

  private Istiod(String address, Ports ports, String http, Process process, Path log) {
    this.address = address;
    this.ports = ports;
    this.http = http;
    this.process = process;
    this.log = log;
  }

  /** Starts it at an address of this machine, with further variables of its environment. */
  static Istiod start(
      ControlPlane controlPlane,
      Path program,
      Path directory,
      String address,
      Ports ports,
      Map<String, String> variables)
      throws IOException {
    // Debug pages are for callers from the machine's own loopback interface alone.
    String http = "127.0.0.1:" + freePort();
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.add("discovery");
    Map<String, String> flags =
        Map.of(
            "kubeconfig", controlPlane.kubeconfig().toString(),
            "grpcAddr", address + ":" + ports.grpc(),
            "secureGRPCAddr", address + ":" + ports.grpcTls(),
            "httpAddr", http,
            "httpsAddr", address + ":" + ports.webhooks(),
            "monitoringAddr", address + ":" + ports.monitoring());
    flags.forEach((name, value) -> command.add("--" + name + "=" + value));
    Path log = directory.resolve("istiod.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(
        Map.of(
            "PATH", "/usr/bin:/bin",
            "HOME", directory.toString(),
            "POD_NAME", "istiod",
            "POD_NAMESPACE", "istio-system",
            "REVISION", "default",
            "CLUSTER_ID", "Kubernetes",
            "PILOT_DEBOUNCE_AFTER", "10ms",
            "PILOT_DEBOUNCE_MAX", "200ms"));
    // The API server calls its webhooks by this address.
    environment.put("ISTIOD_CUSTOM_HOST", address);
    environment.put("INJECTION_WEBHOOK_CONFIG_NAME", "istio-sidecar-injector");
    environment.put("VALIDATION_WEBHOOK_CONFIG_NAME", "istio-validator-istio-system");
    // Filters that only Istio's own build of Envoy has.
    environment.put("PILOT_ENABLE_ALPN_FILTER", "false");
    environment.put("PILOT_ENABLE_METADATA_EXCHANGE", "false");
    environment.putAll(variables);
    return new Istiod(address, ports, http, controlPlane.startGuest(builder), log);
  }

  /** Waits until its caches are filled. */
  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new IOException("istiod gave up:\n" + lastLines(20));
      }
      if (answers("http://" + http + "/ready")) {
        return;
      }
      Thread.sleep(50);
    }
    throw new IOException("istiod is not ready after 60 s:\n" + lastLines(20));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers(String uri) throws InterruptedException {
    try {
      return get(URI.create(uri)).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns a debug page such as {@code syncz} as a tree. */
  JsonNode debug(String page) throws IOException, InterruptedException {
    HttpResponse<String> answer = get(URI.create("http://" + http + "/debug/" + page));
    if (answer.statusCode() != 200) {
      throw new IOException(page + " is answered " + answer.statusCode() + ": " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(uri).timeout(ANSWER).build(), BodyHandlers.ofString());
  }

  String address() {
    return address;
  }

  Ports ports() {
    return ports;
  }

  String lastLines(int count) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }

  void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
