package io.meshguard.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Plays the controllers that a bare API server lacks. */
record Bootstrap(ApiClient api) {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration NAMESPACE_LIMIT = Duration.ofSeconds(20);

  /** Creates a namespace where it is missing. */
  void createNamespace(String name, Map<String, String> labels)
      throws IOException, InterruptedException {
    ObjectNode namespace = object("Namespace", name);
    ObjectNode meta = (ObjectNode) namespace.get("metadata");
    ObjectNode labelled = meta.putObject("labels");
    labels.forEach(labelled::put);
    create("/api/v1/namespaces", namespace);
  }

  /** Creates the ServiceAccount default, as soon as the namespace exists. */
  void createDefaultServiceAccount(String namespace) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + NAMESPACE_LIMIT.toNanos();
    // The API server creates the namespace default a moment after it calls itself ready.
    while (api.get("/api/v1/namespaces/" + namespace).status() != 200) {
      if (System.nanoTime() > deadline) {
        throw new IOException("there is no namespace " + namespace);
      }
      Thread.sleep(POLL.toMillis());
    }
    create(
        "/api/v1/namespaces/" + namespace + "/serviceaccounts",
        object("ServiceAccount", "default"));
  }

  /** Waits until resource definitions are established and their resources are served. */
  void awaitEstablished(List<String> names, Duration limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (String name : names) {
      while (!isServed(name)) {
        if (System.nanoTime() > deadline) {
          throw new IOException("resource definition " + name + " is not established");
        }
        Thread.sleep(POLL.toMillis());
      }
    }
  }

  private boolean isServed(String name) throws IOException, InterruptedException {
    ApiClient.Answer answer =
        api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + name);
    if (answer.status() != 200) {
      return false;
    }
    JsonNode definition = ApiClient.tree(answer);
    boolean established = false;
    for (JsonNode condition : definition.at("/status/conditions")) {
      established |=
          condition.path("type").asText().equals("Established")
              && condition.path("status").asText().equals("True");
    }
    if (!established) {
      return false;
    }
    // Established comes a moment before the first request is served.
    JsonNode spec = definition.path("spec");
    String resource =
        "/apis/%s/%s/%s?limit=1"
            .formatted(
                spec.path("group").asText(),
                spec.at("/versions/0/name").asText(),
                spec.at("/names/plural").asText());
    return api.get(resource).status() == 200;
  }

  private void create(String path, ObjectNode object) throws IOException, InterruptedException {
    ApiClient.Answer answer = api.post(path, object);
    boolean exists = answer.status() == 409;
    if (answer.status() != 201 && !exists) {
      throw new IOException("creating at " + path + " failed: " + answer.body());
    }
  }

  private static ObjectNode object(String kind, String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "v1").put("kind", kind);
    object.putObject("metadata").put("name", name);
    return object;
  }
}
