package io.meshguard.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A few kinds of requests to the API server, as one user. */
public final class ApiClient {
  /**
   * An answer of the API server.
   *
   * @param status of HTTP
   * @param body as text
   */
  public record Answer(int status, String body) {}

  static final Duration LIMIT = Duration.ofSeconds(10);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI server;
  private final HttpClient client;

  ApiClient(URI server, X509Certificate authority, Identity user) {
    this.server = server;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .sslContext(tls(authority, user))
            .build();
  }

  /** Asks; throws where there is no answer at all. */
  public Answer get(String path) throws IOException, InterruptedException {
    return get(path, LIMIT);
  }

  /** Asks and waits no longer than this for the answer. */
  Answer get(String path, Duration limit) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(server.resolve(path)).timeout(limit));
  }

  /** Creates an object. */
  public Answer post(String path, JsonNode object) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(object.toString())));
  }

  /**
   * Creates an object or makes it what is given (server-side apply, all conflicts won).
   *
   * @param path of the object or of its {@code status}
   */
  public Answer apply(String path, JsonNode object) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(
                server.resolve(path + "?fieldManager=meshguard-control-plane&force=true"))
            .timeout(LIMIT)
            .header("Content-Type", "application/apply-patch+yaml")
            .method("PATCH", BodyPublishers.ofString(object.toString())));
  }

  /** Deletes an object at once. */
  public Answer delete(String path) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(server.resolve(path + "?gracePeriodSeconds=0"))
            .timeout(LIMIT)
            .DELETE());
  }

  /** Returns an answer's body as a tree. */
  public static JsonNode tree(Answer answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  private static SSLContext tls(X509Certificate authority, Identity user) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", authority);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      char[] noPassword = {};
      own.setKeyEntry("user", user.key(), noPassword, new Certificate[] {user.certificate()});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, noPassword);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("certificates made here cannot be used", e);
    }
  }
}
