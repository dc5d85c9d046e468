package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.admission.TrustAll;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged server as the image starts it, without a cluster, on ports that are free. */
final class PackagedServer implements AutoCloseable {

  static final Path APPLICATION = Path.of("target", "quarkus-app").toAbsolutePath();
  static final Path JAVA = Path.of(System.getProperty("java.home"));

  private static final Map<String, String> ANY_PORT =
      Map.of(
          "QUARKUS_HTTP_HOST", "127.0.0.1",
          "QUARKUS_HTTP_SSL_PORT", "0",
          "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
          "QUARKUS_MANAGEMENT_PORT", "0");
  private static final Pattern LISTENING =
      Pattern.compile("Listening on: (https://127\\.0\\.0\\.1:\\d+)");

  private final Process process;
  private final Path log;

  private PackagedServer(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts it and returns when it listens. */
  static PackagedServer start(Path folder, Map<String, String> more) throws Exception {
    assertThat(APPLICATION.resolve("quarkus-run.jar")).as("packaged by mvn package").exists();
    Map<String, String> environment = new TreeMap<>(ANY_PORT);
    environment.put("MESHGUARD_HOME", APPLICATION.toString());
    environment.putAll(more);
    Path log = folder.resolve("serve.log");
    PackagedServer server =
        new PackagedServer(
            Script.start(Script.FOLDER.resolve("entrypoint"), JAVA, log, environment), log);
    for (int tries = 0; tries < 1_200 && !server.log().contains("Listening on"); tries++) {
      assertThat(server.process.isAlive()).as(server.log()).isTrue();
      Thread.sleep(100);
    }
    return server;
  }

  String log() throws Exception {
    return Files.readString(log);
  }

  /** Returns the address of the webhook, without a slash at its end. */
  URI address() throws Exception {
    Matcher listening = LISTENING.matcher(log());
    assertThat(listening.find()).as(log()).isTrue();
    return URI.create(listening.group(1));
  }

  /** Posts a review, with patience for a cold server, and returns the answer's body. */
  String post(String path, String body, Map<String, String> headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address().resolve(path + "?timeout=30s"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    headers.forEach(request::header);
    HttpResponse<String> response =
        HttpClient.newBuilder()
            .sslContext(TrustAll.context())
            .build()
            .send(request.build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  /** Ends it as Kubernetes does. */
  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
