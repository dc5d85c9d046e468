package io.meshguard.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshguard.admission.TrustAll;
import io.meshguard.controlplane.ControlPlane;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The server as the image starts it, in a container of a certain memory. */
final class ImageProcess {

  private static final Path ENTRYPOINT = Path.of("src", "main", "docker", "entrypoint");
  private static final Path HOME = Path.of("target", "quarkus-app");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .sslContext(TrustAll.context())
          .build();
  private final int port;
  private final int managementPort;
  private final Path log;
  private final Process process;

  /**
   * Starts it.
   *
   * @param memory the container's limit, as the JVM would see it, such as {@code 512m}
   * @param settings environment variables of the container
   */
  ImageProcess(ControlPlane controlPlane, String memory, Map<String, String> settings)
      throws Exception {
    this(controlPlane, memory, settings, List.of());
  }

  /**
   * Starts it by another command, which gets that of the image as its arguments.
   *
   * @param launcher the command and its first arguments
   */
  ImageProcess(
      ControlPlane controlPlane, String memory, Map<String, String> settings, List<String> launcher)
      throws Exception {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      this.port = first.getLocalPort();
      this.managementPort = second.getLocalPort();
    }
    this.log = controlPlane.directory().resolve("meshguard.log");
    List<String> command = new ArrayList<>(launcher);
    command.addAll(
        List.of(
            ENTRYPOINT.toAbsolutePath().toString(),
            "serve",
            "--kubeconfig=" + controlPlane.kubeconfig(),
            "--port=" + port,
            "--management-port=" + managementPort));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(controlPlane.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(settings);
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    environment.put("PATH", java + File.pathSeparator + "/usr/bin:/bin");
    environment.put("HOME", controlPlane.directory().toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("JAVA_TOOL_OPTIONS", "-XX:MaxRAM=" + memory);
    environment.put("MESHGUARD_HOME", HOME.toAbsolutePath().toString());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    this.process = controlPlane.startGuest(builder);
  }

  /** Returns when it is ready, which may take long where others work on the machine too. */
  void awaitReady() throws InterruptedException {
    Await.until("the server is ready", PATIENCE, this::ready);
  }

  boolean ready() throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new AssertionError("the server has ended:\n" + log());
    }
    try {
      return client.send(management("/q/health/ready"), BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException e) {
      return false; // It does not listen yet.
    }
  }

  /** Returns the value of a meter without labels; empty where it has none. */
  Optional<Double> metric(String name) throws IOException, InterruptedException {
    return client
        .send(management("/q/metrics"), BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> Double.valueOf(line.substring(name.length() + 1)))
        .filter(value -> !value.isNaN())
        .findFirst();
  }

  /** Sends an AdmissionReview, and returns what is answered. */
  String review(String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/validate"))
            .timeout(ANSWER)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  /** Returns the address of the webhook, without a slash at its end. */
  URI address() {
    return URI.create("https://127.0.0.1:" + port);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the processor time it has used. */
  Duration processorTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Returns a number that Linux tells of the process in kilobytes, in MiB. */
  long mebibytes(String field) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  String log() throws IOException {
    return Files.readString(log, UTF_8);
  }

  private HttpRequest management(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
        .timeout(ANSWER)
        .build();
  }
}
