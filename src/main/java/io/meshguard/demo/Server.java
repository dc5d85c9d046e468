package io.meshguard.demo;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Meshguard's server as a process of its own, on loopback ports that were free. It ends with the
 * control plane that it works for.
 */
final class Server implements PolicyClock {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final int ATTEMPTS = 3;
  static final int LAST_LINES = 15;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path log;
  private final URI readiness;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();

  private Server(Process process, Path log, int managementPort) {
    this.process = process;
    this.log = log;
    this.readiness = URI.create("http://127.0.0.1:" + managementPort + "/q/health/ready");
  }

  /**
   * Starts the process and returns when it knows the mesh and the policy.
   *
   * @param program Meshguard
   * @param directory where its log and its temporary files are
   */
  static Server start(ControlPlane controlPlane, JavaProcess program, Path directory, Screen screen)
      throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Server server = launch(controlPlane, program, directory);
      Start start = server.awaitReady();
      if (start == Start.READY) {
        return server;
      }
      if (start == Start.LATE) {
        String late = screen.text("failed.server-late", START_LIMIT.toSeconds());
        throw new DemoFailedException(late + "\n" + server.lastLines());
      }
      if (!server.portTaken() || attempt == ATTEMPTS) {
        throw new DemoFailedException(server.death(screen));
      }
    }
  }

  private static Server launch(ControlPlane controlPlane, JavaProcess program, Path directory)
      throws IOException {
    int webhookPort;
    int managementPort;
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      webhookPort = first.getLocalPort();
      managementPort = second.getLocalPort();
    }
    List<String> serve =
        List.of(
            "serve",
            "--kubeconfig=" + controlPlane.kubeconfig(),
            "--register-url=https://127.0.0.1:" + webhookPort,
            "--port=" + webhookPort,
            "--management-port=" + managementPort);
    Path log = directory.resolve("meshguard.log");
    ProcessBuilder builder =
        new ProcessBuilder(program.commandLine(directory, serve))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    // The user's proxies, Java options and Quarkus settings are not meant for this server.
    environment.clear();
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", directory.toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    return new Server(controlPlane.startGuest(builder), log, managementPort);
  }

  /** How a start went. */
  private enum Start {
    READY,
    ENDED,
    LATE
  }

  private Start awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      if (!isAlive()) {
        return Start.ENDED;
      }
      try {
        if (health().statusCode() == 200) {
          return Start.READY;
        }
      } catch (IOException e) {
        // It does not listen yet.
      }
      Thread.sleep(POLL.toMillis());
    }
    return Start.LATE;
  }

  @Override
  public long generation() throws IOException, InterruptedException {
    for (JsonNode check : JSON.readTree(health().body()).path("checks")) {
      JsonNode generation = check.path("data").path("policyGeneration");
      if (generation.isNumber()) {
        return generation.asLong();
      }
    }
    throw new DemoFailedException("no policy generation at " + readiness);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  Path log() {
    return log;
  }

  /** Returns what is to be told of a server that has ended. */
  String death(Screen screen) throws IOException {
    return screen.text("failed.server", process.exitValue()) + "\n" + lastLines();
  }

  /** Returns the end of the log. */
  String lastLines() throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /** Tells whether somebody else took a port between its choice and its use. */
  private boolean portTaken() throws IOException {
    String words = lastLines();
    return words.contains("already bound") || words.contains("Address already in use");
  }

  private HttpResponse<String> health() throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(readiness).timeout(ANSWER).build(), BodyHandlers.ofString());
  }
}
