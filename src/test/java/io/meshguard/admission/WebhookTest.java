package io.meshguard.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.admission.WebhookClient.Answered;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The wiring, over HTTPS, without a cluster. */
@QuarkusTest
class WebhookTest {

  private static final Duration FAST = Duration.ofMillis(100);
  private static final int MOST_TRIES = 50;
  private static final String WITHOUT_MESH_GATEWAY =
      """
      {"hosts":["shop"],"gateways":["public"],
       "http":[{"route":[{"destination":{"host":"shop"}}]}]}\
      """;

  @TestHTTPResource(value = "/", tls = true)
  @SuppressWarnings("NullAway.Init") // set by Quarkus
  URI server;

  @Test
  void answersAReview() {
    byte[] body = Reviews.bytes(Reviews.create(WITHOUT_MESH_GATEWAY));
    Answered answered = post("/validate?timeout=3s", body);

    assertThat(answered.status()).isEqualTo(200);
    assertThat(answered.response().path("allowed").asBoolean()).isTrue();
    assertThat(answered.response().path("uid").asText()).isEqualTo(Reviews.UID);
    assertThat(post("/mutate", body).response().path("allowed").asBoolean()).isTrue();
  }

  @Test
  void refusesAPolicyWithLineAndColumn() {
    ObjectNode review = Reviews.create("{}");
    ObjectNode object = Reviews.object(review);
    object.removeAll();
    object.put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").put("name", "meshguard-policy").put("namespace", "meshguard");
    object
        .putObject("data")
        .put("policy.yaml", "rules:\n  implicit-retry: warn\n")
        .put("implicit-retries", "nope");
    JsonNode response = post("/policy", Reviews.bytes(review)).response();

    assertThat(response.path("allowed").asBoolean(true)).isFalse();
    assertThat(response.at("/status/message").asText())
        .startsWith("2 problems, the policy is not changed\n")
        .contains("\npolicy.yaml:2:3: ")
        .contains("implicit-retries")
        .endsWith("\nthe previous policy stays in force\nref: 705ab4f5");
  }

  @Test
  void aBodyThatIsNoReviewIsRefusedWithAReason() {
    assertRefused(
        postQuickly("{".getBytes(UTF_8)), 400, "the body is not JSON: line 1, column 2\n");
    assertRefused(postQuickly(new byte[0]), 400, "the body is no AdmissionReview\n");
    assertRefused(postQuickly("[[".repeat(5_000).getBytes(UTF_8)), 400, "over limit: depth\n");
    assertStillAnswers();
  }

  @Test
  void anotherContentTypeIsRefused() {
    Answered answered =
        send(
            HttpRequest.newBuilder(server.resolve("/validate"))
                .header("Content-Type", "application/yaml")
                .POST(BodyPublishers.ofString("a: b")));

    assertThat(answered.status()).isEqualTo(415);
    assertStillAnswers();
  }

  @Test
  void aBodyThatIsTooLargeIsAllowedWithAWarningAndCountedByItsLimit() {
    String spec = "{\"a\":\"" + "x".repeat(ReviewReader.MOST_BYTES) + "\"}";
    byte[] large =
        Reviews.create("0").toString().replace("\"spec\":0", "\"spec\":" + spec).getBytes(UTF_8);
    String metric = "meshguard_reviews_over_limit_total{limit=\"bytes\"}";
    double before = metric(metric);

    HttpRequest.Builder known = to("/validate?timeout=30s").POST(BodyPublishers.ofByteArray(large));
    HttpRequest.Builder chunked =
        to("/validate?timeout=30s")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)));
    for (HttpRequest.Builder request : List.of(known, chunked)) {
      JsonNode response = send(request).response();
      assertThat(response.path("allowed").asBoolean()).isTrue();
      assertThat(response.at("/warnings/0").asText())
          .isEqualTo(
              "Meshguard did not check the object: the review has more than 20 MiB, ref 705ab4f5");
    }
    assertThat(metric(metric)).isEqualTo(before + 2);
    assertThat(metric("meshguard_reviews_held_bytes")).isZero();
    assertRefused(
        send(
            to("/validate?timeout=30s")
                .POST(BodyPublishers.ofByteArray(new byte[ReviewReader.MOST_BYTES + 1]))),
        400,
        "over limit: bytes\n");
    assertStillAnswers();
  }

  @Test
  void aBodyThatDoesNotComeIsNotWaitedForAndHoldsNothing() throws Exception {
    try (Socket socket =
        TrustAll.context().getSocketFactory().createSocket("localhost", server.getPort())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          """
          POST /validate?timeout=1s HTTP/1.1\r
          Host: localhost\r
          Content-Type: application/json\r
          Content-Length: 5000000\r
          \r
          """
              .getBytes(UTF_8));
      out.write(new byte[100_000]);
      out.flush();

      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 408 ").containsIgnoringCase("connection: close");
      assertThat(metric("meshguard_reviews_held_bytes")).isZero();
    }
    assertStillAnswers();
  }

  @Test
  void whatGoesOverALimitIsAllowedWithAWarning() {
    String deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
    String body = Reviews.create("0").toString().replace("\"spec\":0", "\"spec\":" + deep);
    JsonNode response = postQuickly(body.getBytes(UTF_8)).response();

    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.at("/warnings/0").asText())
        .isEqualTo(
            "Meshguard did not check the object: the object is nested deeper than 500 levels, ref"
                + " 705ab4f5");
    assertStillAnswers();
  }

  @Test
  void anAliasBombOrARegexThatWouldBacktrackIsAnsweredAtOnce() {
    StringBuilder bomb = new StringBuilder("a0: &a0 x\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    ObjectNode virtualService =
        Reviews.create(
            """
            {"hosts":["shop"],"http":[
              {"match":[{"uri":{"regex":"/(a+)+$"}}],"route":[{"destination":{"host":"shop"}}]},
              {"match":[{"uri":{"exact":"/%s!"}}],"route":[{"destination":{"host":"shop"}}]}]}\
            """
                .formatted("a".repeat(5_000)));
    assertThat(postQuickly(Reviews.bytes(virtualService)).response().path("allowed").asBoolean())
        .isTrue();

    ObjectNode deployment = Reviews.create("{}");
    Reviews.object(deployment).put("apiVersion", "apps/v1").put("kind", "Deployment");
    ((ObjectNode) Reviews.object(deployment).path("spec"))
        .putObject("template")
        .putObject("metadata")
        .putObject("annotations")
        .put("proxy.istio.io/config", bomb.toString());
    assertThat(postQuickly(Reviews.bytes(deployment)).response().path("allowed").asBoolean())
        .isTrue();
    assertStillAnswers();
  }

  @Test
  void anUnknownKindIsAllowedAndCounted() {
    ObjectNode review = Reviews.create("{}");
    Reviews.object(review).put("apiVersion", "example.com/v1").put("kind", "Widget");
    double before = metric("meshguard_reviews_unknown_kind_total");

    assertThat(post("/validate", Reviews.bytes(review)).response().path("allowed").asBoolean())
        .isTrue();
    assertThat(metric("meshguard_reviews_unknown_kind_total")).isEqualTo(before + 1);
  }

  @Test
  void isReadyWithoutAClusterAndSaysSo() throws InterruptedException {
    Answered ready = get("/q/health/ready");
    for (int i = 0; i < MOST_TRIES && ready.status() != 200; i++) {
      Thread.sleep(FAST.toMillis());
      ready = get("/q/health/ready");
    }

    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.body()).contains("\"cluster\": false").contains("\"policy\": \"DEFAULT\"");
    assertThat(ready.body()).contains("\"name\": \"warm-up\"");
    assertThat(get("/q/health/live").status()).isEqualTo(200);
    assertThat(get("/q/health/started").status()).isEqualTo(200);
  }

  private void assertStillAnswers() {
    assertThat(post("/validate", Reviews.bytes(Reviews.create("{}"))).status()).isEqualTo(200);
  }

  private static void assertRefused(Answered response, int status, String reason) {
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.body()).isEqualTo(reason);
  }

  private double metric(String name) {
    return get("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  private Answered get(String path) {
    return client().get(path);
  }

  private Answered post(String path, byte[] body) {
    return client().post(path, body);
  }

  private HttpRequest.Builder to(String path) {
    return client().to(path);
  }

  private Answered send(HttpRequest.Builder request) {
    return client().send(request);
  }

  private WebhookClient client() {
    return new WebhookClient(server);
  }

  /** A busy machine may delay any one answer, and the first ones are slow: the quickest counts. */
  private Answered postQuickly(byte[] body) {
    Answered answered = post("/validate", body);
    for (int i = 0; i < MOST_TRIES && answered.took().compareTo(FAST) > 0; i++) {
      answered = post("/validate", body);
    }
    assertThat(answered.took()).isLessThan(FAST);
    assertThat(answered.body()).doesNotContain("Exception");
    return answered;
  }
}
