package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ApiClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The webhooks of Istio's own chart, called by a real API server until they are closed. */
final class Injector implements AutoCloseable {
  static final String CONFIGURATION = "istio-sidecar-injector";

  private static final String CONFIGURATIONS =
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/";
  private static final String READY = "ready";
  private static final long LIMIT_MILLIS = 20_000;

  private final ApiClient api;
  private final List<String> replacing = new ArrayList<>();

  private Injector(ApiClient api) {
    this.api = api;
  }

  /** Registers the webhooks of a chart's documents and returns when they are called. */
  static Injector register(DataPlane plane, List<JsonNode> chart)
      throws IOException, InterruptedException {
    Injector injector = new Injector(plane.controlPlane().api());
    ObjectNode webhooks =
        (ObjectNode)
            chart.stream()
                .filter(o -> Manifests.kind(o).equals("MutatingWebhookConfiguration"))
                .filter(o -> Manifests.name(o).equals(CONFIGURATION))
                .findFirst()
                .orElseThrow()
                .deepCopy();
    for (JsonNode webhook : webhooks.path("webhooks")) {
      ObjectNode client = (ObjectNode) webhook.path("clientConfig");
      String path = client.at("/service/path").asText();
      client.removeAll();
      client.put("url", plane.webhooks() + path);
      ((ObjectNode) webhook).put("failurePolicy", "Fail");
    }
    assertThat(injector.api.apply(CONFIGURATIONS + CONFIGURATION, webhooks).status())
        .isLessThan(300);
    injector.awaitCertificate(webhooks.path("webhooks").size());
    plane.controlPlane().createNamespace(READY, Map.of("istio-injection", "enabled"));
    injector.awaitCalled(READY, true);
    return injector;
  }

  /** Puts an example's webhooks in the place of the chart's; they lead to the same istiod. */
  void replace(DataPlane plane, JsonNode example) throws IOException, InterruptedException {
    ObjectNode webhooks = example.deepCopy();
    JsonNode other = configuration().at("/webhooks/0");
    for (JsonNode webhook : webhooks.path("webhooks")) {
      for (String field :
          List.of("clientConfig", "rules", "sideEffects", "admissionReviewVersions")) {
        ((ObjectNode) webhook).set(field, other.path(field));
      }
    }
    String path = CONFIGURATIONS + Manifests.name(example);
    assertThat(api.apply(path, webhooks).status()).isLessThan(300);
    replacing.add(path);
    api.delete(CONFIGURATIONS + CONFIGURATION);
    plane.controlPlane().createNamespace("replaced", Map.of("istio.io/rev", "1-8-1"));
    awaitCalled(READY, false);
    awaitCalled("replaced", true);
  }

  private void awaitCertificate(int webhooks) throws IOException, InterruptedException {
    long end = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    List<String> authorities = configuration().findValuesAsText("caBundle");
    while (authorities.size() < webhooks || authorities.stream().anyMatch(a -> a.length() < 100)) {
      assertThat(System.nanoTime()).as("istiod puts its certificate in place").isLessThan(end);
      Thread.sleep(50);
      authorities = configuration().findValuesAsText("caBundle");
    }
  }

  private void awaitCalled(String namespace, boolean called)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    ObjectNode pod = JsonNodeFactory.instance.objectNode();
    pod.put("apiVersion", "v1").put("kind", "Pod").putObject("metadata").put("name", READY);
    ObjectNode spec = pod.putObject("spec");
    spec.putArray("containers").addObject().put("name", "app").put("image", "web:1");
    while (isInjected(create(namespace, pod)) != called) {
      assertThat(System.nanoTime()).as("the webhooks are called: " + called).isLessThan(end);
      Thread.sleep(50);
    }
  }

  /** Returns the webhooks as they are stored. */
  JsonNode configuration() throws IOException, InterruptedException {
    return ApiClient.tree(api.get(CONFIGURATIONS + CONFIGURATION));
  }

  /** Creates a Pod: admission runs, and nothing is stored. */
  ApiClient.Answer create(String namespace, JsonNode pod) throws IOException, InterruptedException {
    return api.post("/api/v1/namespaces/" + namespace + "/pods?dryRun=All", pod);
  }

  /** Tells whether a Pod that was created has a sidecar. */
  static boolean isInjected(ApiClient.Answer answer) throws IOException {
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return ApiClient.tree(answer).at("/spec").toString().contains("\"istio-proxy\"");
  }

  /** Returns what does not hold of {@code refused: TEXT} or {@code injected, waits}. */
  static List<String> missing(String expected, ApiClient.Answer answer) throws IOException {
    String refusal = "refused: ";
    if (expected.startsWith(refusal)) {
      boolean refused =
          answer.status() >= 400 && answer.body().contains(expected.substring(refusal.length()));
      return refused ? List.of() : List.of(expected + " (" + answer.body() + ")");
    }
    List<String> missing = new ArrayList<>();
    JsonNode pod = ApiClient.tree(answer);
    for (String part : expected.split(", ", -1)) {
      boolean holds =
          switch (part) {
            case "injected" -> isInjected(answer);
            case "not injected" -> !isInjected(answer);
            case "waits" -> waits(pod);
            case "does not wait" -> !waits(pod);
            default -> throw new IllegalArgumentException("nothing is seen of: " + part);
          };
      if (!holds) {
        missing.add(part + " (" + pod.path("spec") + ")");
      }
    }
    return missing;
  }

  /** A native sidecar is an init container that stays; else its hook blocks what comes behind. */
  static boolean waits(JsonNode pod) {
    for (JsonNode container : pod.at("/spec/initContainers")) {
      if (container.path("name").asText().equals("istio-proxy")) {
        return true;
      }
    }
    JsonNode first = pod.at("/spec/containers/0");
    return first.path("name").asText().equals("istio-proxy")
        && first.at("/lifecycle/postStart").isObject();
  }

  /** Removes the webhooks and returns when nobody calls them any more. */
  @Override
  public void close() throws IOException, InterruptedException {
    api.delete(CONFIGURATIONS + CONFIGURATION);
    for (String path : replacing) {
      api.delete(path);
    }
    awaitCalled(READY, false);
  }
}
