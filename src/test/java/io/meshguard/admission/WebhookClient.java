package io.meshguard.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/** Talks to the server of a Quarkus test as an API server and Prometheus do. */
final class WebhookClient {

  private static final HttpClient CLIENT = client();

  private final URI server;

  WebhookClient(URI server) {
    this.server = server;
  }

  /** What came back, and after which time. */
  record Answered(int status, String body, Duration took) {
    JsonNode response() {
      return Reviews.json(body).path("response");
    }
  }

  /** Gets health or metrics. */
  Answered get(String path) {
    int port = ConfigProvider.getConfig().getValue("quarkus.management.port", Integer.class);
    return send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)));
  }

  Answered post(String path, byte[] body) {
    return send(to(path).POST(BodyPublishers.ofByteArray(body)));
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(server.resolve(path)).header("Content-Type", "application/json");
  }

  Answered send(HttpRequest.Builder request) {
    long start = System.nanoTime();
    try {
      HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      return new Answered(response.statusCode(), response.body(), took);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpClient client() {
    try {
      return HttpClient.newBuilder().sslContext(TrustAll.context()).build();
    } catch (GeneralSecurityException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
