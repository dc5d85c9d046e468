package io.meshguard.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.meshguard.controlplane.LoopbackIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Somebody else's mutating webhook on the same API server, for objects with a label {@code
 * other-webhook} that names it. Webhooks are called in the order of the names of their
 * configurations, and once more when a later one has changed the object.
 */
final class OtherWebhook implements AutoCloseable {

  static final String LABEL = "other-webhook";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Live live;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final MutatingWebhookConfiguration configuration;
  private volatile boolean called;

  private OtherWebhook(
      Live live, String name, String group, String resource, Function<JsonNode, String> patch)
      throws IOException, GeneralSecurityException {
    this.live = live;
    LoopbackIdentity identity = new LoopbackIdentity();
    this.server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setHttpsConfigurator(new HttpsConfigurator(identity.serverContext()));
    server.createContext("/", exchange -> answer(exchange, patch));
    server.setExecutor(threads);
    this.configuration =
        new MutatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .addNewWebhook()
            .withName(name + ".example.com")
            .withNewClientConfig()
            .withUrl("https://127.0.0.1:" + server.getAddress().getPort() + "/")
            .withCaBundle(
                Base64.getEncoder().encodeToString(identity.authorityPem().getBytes(UTF_8)))
            .endClientConfig()
            .addNewRule()
            .withApiGroups(group)
            .withApiVersions("*")
            .withOperations("CREATE", "UPDATE")
            .withResources(resource)
            .endRule()
            .withNewObjectSelector()
            .addToMatchLabels(LABEL, name)
            .endObjectSelector()
            .withFailurePolicy("Fail")
            .withReinvocationPolicy("IfNeeded")
            .withSideEffects("None")
            .withAdmissionReviewVersions("v1")
            .endWebhook()
            .build();
  }

  /**
   * Registers a webhook and returns at once; the API server takes notice of it a moment later.
   *
   * @param patch the patch for an object as it comes, in JSON; empty for none
   */
  static OtherWebhook start(
      Live live, String name, String group, String resource, Function<JsonNode, String> patch)
      throws IOException, GeneralSecurityException {
    OtherWebhook webhook = new OtherWebhook(live, name, group, resource, patch);
    webhook.server.start();
    live.client().resource(webhook.configuration).create();
    return webhook;
  }

  /** Tells whether the API server has called it. */
  boolean called() {
    return called;
  }

  private void answer(HttpExchange exchange, Function<JsonNode, String> patch) throws IOException {
    called = true;
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody()).path("request");
      ObjectNode review = JSON.createObjectNode();
      review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
      ObjectNode response = review.putObject("response");
      response.put("uid", request.path("uid").asText()).put("allowed", true);
      String operations = patch.apply(request.path("object"));
      if (!operations.isEmpty()) {
        response.put("patchType", "JSONPatch").put("patch", operations.getBytes(UTF_8));
      }
      byte[] body = JSON.writeValueAsBytes(review);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    live.client().resource(configuration).delete();
    server.stop(0);
    threads.shutdown();
  }
}
