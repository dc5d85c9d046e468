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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The packaged program, serving on loopback for a control plane. It can be ended and restarted. */
final class ServerProcess {

  /**
   * How a server is run.
   *
   * @param name names its log file
   * @param kubeconfig how it reaches the API server
   * @param registers whether it writes webhook configurations that lead to its own port
   * @param environment more settings, as environment variables
   * @param output where it writes its log; empty for a file that can be read here
   */
  record Settings(
      String name,
      Path kubeconfig,
      boolean registers,
      Map<String, String> environment,
      Optional<ProcessBuilder.Redirect> output) {

    /** Returns the settings of a server that may do everything and registers itself. */
    static Settings usual(ControlPlane controlPlane) {
      return new Settings("meshguard", controlPlane.kubeconfig(), true, Map.of(), Optional.empty());
    }
  }

  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** As in the Deployment. */
  private static final Duration PROBE = Duration.ofSeconds(3);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ControlPlane controlPlane;
  private final Settings settings;
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

  private ServerProcess(ControlPlane controlPlane, Settings settings, int port, int managementPort)
      throws IOException {
    this.controlPlane = controlPlane;
    this.settings = settings;
    this.port = port;
    this.managementPort = managementPort;
    this.log = controlPlane.directory().resolve(settings.name() + ".log");
    this.process = launch();
  }

  /** Starts the program and returns when it is ready. */
  static ServerProcess start(ControlPlane controlPlane) throws IOException, InterruptedException {
    ServerProcess server = launch(controlPlane, Settings.usual(controlPlane));
    server.awaitReady();
    return server;
  }

  /** Starts the program and returns at once. */
  static ServerProcess launch(ControlPlane controlPlane, Settings settings) throws IOException {
    assertThat(JAR).as("the program, packaged by mvn package").exists();
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      return new ServerProcess(controlPlane, settings, first.getLocalPort(), second.getLocalPort());
    }
  }

  private Process launch() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Djava.io.tmpdir=" + controlPlane.directory(),
                "-cp",
                JAR.toAbsolutePath().toString(),
                "io.meshguard.cli.Main",
                "serve",
                "--kubeconfig=" + settings.kubeconfig(),
                "--port=" + port,
                "--management-port=" + managementPort));
    if (settings.registers()) {
      command.add("--register-url=" + address());
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(controlPlane.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                settings.output().orElseGet(() -> ProcessBuilder.Redirect.appendTo(log.toFile())));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", controlPlane.directory().toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    environment.putAll(settings.environment());
    return controlPlane.startGuest(builder);
  }

  /** Returns when the server is ready. */
  void awaitReady() throws IOException, InterruptedException {
    Await.until(() -> "the server is ready; its log:\n" + log(), this::ready);
  }

  private boolean ready() throws IOException, InterruptedException {
    assertThat(process.isAlive()).as("the server runs; its log:\n%s", log()).isTrue();
    return saysReady();
  }

  /** Tells what a kubelet would find. */
  boolean saysReady() throws InterruptedException {
    try {
      return get("/q/health/ready", PROBE).statusCode() == 200;
    } catch (IOException e) {
      return false; // It does not listen.
    }
  }

  /** Ends the process as Kubernetes does, and returns when it is gone. */
  void end() throws IOException, InterruptedException {
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended; its log:\n%s", log()).isTrue();
  }

  /** Kills the process without a word (SIGKILL), and returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts an ended process again, on the same ports, and returns when it is ready. */
  void startAgain() throws IOException, InterruptedException {
    process = launch();
    awaitReady();
  }

  /** Returns the port of the webhook. */
  int port() {
    return port;
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
    return get(path, ANSWER);
  }

  private HttpResponse<String> get(String path, Duration limit)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + path);
    return client.send(HttpRequest.newBuilder(uri).timeout(limit).build(), BodyHandlers.ofString());
  }
}
