package io.meshguard.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.LoopbackIdentity;
import io.meshguard.yaml.PatchOp;
import io.meshguard.yaml.Patches;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A mutating webhook on a real API server that answers what a test decides, for objects with a
 * label. The usual webhook knows the mesh of its cluster; this one that of an example.
 */
final class MendingWebhook implements AutoCloseable {

  static final String LABEL = "mending-webhook";
  private static final String PROBE = "mending-webhook-probe";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final MutatingWebhookConfiguration configuration;
  private volatile boolean called;

  /**
   * Starts and registers it.
   *
   * @param mend the operations for the request of an AdmissionReview
   */
  MendingWebhook(KubernetesClient client, Function<JsonNode, List<PatchOp>> mend)
      throws IOException, GeneralSecurityException {
    this.client = client;
    LoopbackIdentity identity = new LoopbackIdentity();
    this.server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setHttpsConfigurator(new HttpsConfigurator(identity.serverContext()));
    server.createContext("/", exchange -> answer(exchange, mend));
    server.setExecutor(threads);
    server.start();
    this.configuration =
        new MutatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName(LABEL)
            .endMetadata()
            .addNewWebhook()
            .withName(LABEL + ".example.com")
            .withNewClientConfig()
            .withUrl("https://127.0.0.1:" + server.getAddress().getPort() + "/")
            .withCaBundle(
                Base64.getEncoder().encodeToString(identity.authorityPem().getBytes(UTF_8)))
            .endClientConfig()
            .addNewRule()
            .withApiGroups("*")
            .withApiVersions("*")
            .withOperations("CREATE", "UPDATE")
            .withResources("*")
            .endRule()
            .withNewObjectSelector()
            .addToMatchLabels(LABEL, "yes")
            .endObjectSelector()
            .withFailurePolicy("Fail")
            .withMatchPolicy("Equivalent")
            .withReinvocationPolicy("IfNeeded")
            .withSideEffects("None")
            .withAdmissionReviewVersions("v1")
            .endWebhook()
            .build();
    client.resource(configuration).create();
    awaitCall();
  }

  /** An API server takes notice of a new webhook a moment after it is written. */
  private void awaitCall() {
    ConfigMap probe =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(PROBE)
            .addToLabels(LABEL, "yes")
            .endMetadata()
            .build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!called) {
      assertThat(System.nanoTime()).as("called in time").isLessThan(end);
      client.resource(probe).dryRun(true).create();
    }
  }

  private void answer(HttpExchange exchange, Function<JsonNode, List<PatchOp>> mend)
      throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody()).path("request");
      ObjectNode review = JSON.createObjectNode();
      review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
      ObjectNode response = review.putObject("response");
      response.put("uid", request.path("uid").asText()).put("allowed", true);
      boolean probe = request.path("name").asText().equals(PROBE);
      called |= probe;
      List<PatchOp> ops = probe ? List.of() : mend.apply(request);
      if (!ops.isEmpty()) {
        byte[] patch = JSON.writeValueAsBytes(Patches.toJson(ops));
        response.put("patchType", "JSONPatch").put("patch", patch);
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
    client.resource(configuration).delete();
    server.stop(0);
    threads.shutdown();
  }
}
