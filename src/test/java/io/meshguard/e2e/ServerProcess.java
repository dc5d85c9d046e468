package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.controlplane.ControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program, serving on loopback for a control plane. It can be ended and restarted. */
final class ServerProcess {

  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ControlPlane controlPlane;
  private final int port;
  private final int managementPort;
  private final Path log;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();
  private Process process;

  private ServerProcess(ControlPlane controlPlane, int port, int managementPort)
      throws IOException {
    this.controlPlane = controlPlane;
    this.port = port;
    this.managementPort = managementPort;
    this.log = controlPlane.directory().resolve("meshguard.log");
    this.process = launch();
  }

  /** Starts the program and returns when it is ready. */
  static ServerProcess start(ControlPlane controlPlane) throws IOException, InterruptedException {
    assertThat(JAR).as("the program, packaged by mvn package").exists();
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    ServerProcess server;
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      server = new ServerProcess(controlPlane, first.getLocalPort(), second.getLocalPort());
    }
    server.awaitReady();
    return server;
  }

  private Process launch() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder builder =
        new ProcessBuilder(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Djava.io.tmpdir=" + controlPlane.directory(),
                "-cp",
                JAR.toAbsolutePath().toString(),
                "io.meshguard.cli.Main",
                "serve",
                "--kubeconfig=" + controlPlane.kubeconfig(),
                "--register-url=" + address(),
                "--port=" + port,
                "--management-port=" + managementPort)
            .directory(controlPlane.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", controlPlane.directory().toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    return controlPlane.startGuest(builder);
  }

  private void awaitReady() throws IOException, InterruptedException {
    Await.until("the server is ready; its log:\n" + log(), this::ready);
  }

  private boolean ready() throws IOException, InterruptedException {
    assertThat(process.isAlive()).as("the server runs; its log:\n%s", log()).isTrue();
    try {
      return get("/q/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false; // It does not listen yet.
    }
  }

  /** Ends the process as Kubernetes does, and returns when it is gone. */
  void end() throws IOException, InterruptedException {
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended; its log:\n%s", log()).isTrue();
  }

  /** Starts an ended process again, on the same ports, and returns when it is ready. */
  void startAgain() throws IOException, InterruptedException {
    process = launch();
    awaitReady();
  }

  /** Returns the address of the webhook, without a slash at its end. */
  URI address() {
    return URI.create("https://127.0.0.1:" + port);
  }

  /** Returns what readiness tells of policy and mesh. */
  JsonNode readiness() throws IOException, InterruptedException {
    JsonNode found = MissingNode.getInstance();
    for (JsonNode check : JSON.readTree(get("/q/health/ready").body()).path("checks")) {
      found = check.path("data").has("policyGeneration") ? check.path("data") : found;
    }
    return found;
  }

  /** Returns how many policies have come into force. */
  long policyGeneration() throws IOException, InterruptedException {
    return readiness().path("policyGeneration").asLong();
  }

  /** Returns the sum of all meters of a name that have a label as text, such as rule="x". */
  double metric(String name, String label) throws IOException, InterruptedException {
    return get("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Returns everything that the process has logged. */
  String log() throws IOException {
    return Files.exists(log)
        ? String.join("\n", Files.readAllLines(log, StandardCharsets.UTF_8))
        : "";
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + path);
    return client.send(
        HttpRequest.newBuilder(uri).timeout(ANSWER).build(), BodyHandlers.ofString());
  }
}
