package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.webhook.WebhookConfigurations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Three servers that are replicas of one installation beside the usual server: they share an
 * authority, a policy and a lease, and the API server reaches them through a balancer. Objects of
 * one namespace fail open, those of another fail closed.
 */
final class Replicas implements AutoCloseable {

  /** How long a replica goes on answering after it was told to end. */
  private static final String DRAIN = "2s";

  private static final int COUNT = 3;
  private static final String NAME = "meshguard-replicas";
  private static final String POLICY = "rules: {\"*\": \"off\"}\n";

  private final Live live;
  private final List<ServerProcess> servers = new ArrayList<>();
  private final Balancer balancer;

  private Replicas(Live live) throws IOException, InterruptedException {
    this.live = live;
    for (int i = 0; i < COUNT; i++) {
      ServerProcess server =
          ServerProcess.launch(
              live.controlPlane(),
              new ServerProcess.Settings(
                  "replica-" + i,
                  live.controlPlane().kubeconfig(),
                  false,
                  Map.of(
                      "MESHGUARD_CLUSTER_NAMESPACE", NAME,
                      "MESHGUARD_CLUSTER_WEBHOOK_CONFIGURATION", NAME,
                      "MESHGUARD_CLUSTER_AUTHORITY_SECRET", "meshguard-ca",
                      "QUARKUS_SHUTDOWN_DELAY", DRAIN),
                  Optional.empty()));
      // one after another, as a rollout starts them
      server.awaitReady();
      servers.add(server);
    }
    this.balancer = new Balancer(servers);
  }

  /** Starts them all and returns when the API server calls them for both namespaces. */
  static Replicas start(Live live) throws IOException, InterruptedException {
    live.policy("");
    for (String namespace : List.of(NAME, Load.OPEN, Load.CLOSED)) {
      live.controlPlane().createNamespace(namespace, Map.of());
    }
    live.client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(NAME)
                .withName(Live.POLICY)
                .endMetadata()
                .addToData("policy.yaml", POLICY)
                .addToData("unreachable-route", "deny")
                .addToData("implicit-retries", "fix")
                .build())
        .create();
    Replicas replicas = new Replicas(live);
    WebhookConfigurations generated =
        new WebhookConfigurations(
            Catalogue.infos(),
            new WebhookConfigurations.Options(
                NAME,
                NAME,
                NAME,
                Optional.of(replicas.balancer.address().toString()),
                Optional.empty(),
                Set.of("istio-system"),
                true));
    replicas.create(generated.mutating());
    replicas.create(generated.validating());
    for (ServerProcess server : replicas.servers) {
      Await.until("connections are led there", () -> replicas.balancer.leadsTo(server));
    }
    for (String namespace : List.of(Load.OPEN, Load.CLOSED)) {
      String probe =
          Manifests.shadowed("probe").replace("namespace: shop", "namespace: " + namespace);
      Await.until(
          "the API server calls the replicas",
          () -> live.kubectl(probe, "create", "--dry-run=server").stderr().contains("would be"));
    }
    return replicas;
  }

  /** Makes two entries of each that is about the mesh, one for each namespace of the load. */
  private void create(ObjectNode configuration) throws IOException, InterruptedException {
    JsonNode generated = configuration.path("webhooks").deepCopy();
    ArrayNode entries = configuration.putArray("webhooks");
    for (JsonNode entry : generated) {
      if (entry.path("name").asText().contains("-mesh.")) {
        entries.add(only((ObjectNode) entry.deepCopy(), "open", Load.OPEN, "Ignore"));
        entries.add(only((ObjectNode) entry.deepCopy(), "closed", Load.CLOSED, "Fail"));
      }
    }
    Kubectl.Result created = live.kubectl(configuration.toString(), "create");
    assertThat(created.exitCode()).as(created.stderr()).isZero();
  }

  private static ObjectNode only(
      ObjectNode entry, String prefix, String namespace, String failurePolicy) {
    entry.put("name", prefix + "-" + entry.path("name").asText());
    entry.put("failurePolicy", failurePolicy);
    entry
        .putObject("namespaceSelector")
        .putObject("matchLabels")
        .put("kubernetes.io/metadata.name", namespace);
    return entry;
  }

  List<ServerProcess> servers() {
    return servers;
  }

  Balancer balancer() {
    return balancer;
  }

  /** Returns the replicas that judge stored objects in the background. */
  List<ServerProcess> leaders() throws IOException, InterruptedException {
    List<ServerProcess> leaders = new ArrayList<>();
    for (ServerProcess server : servers) {
      if (server.saysReady() && !Double.isNaN(server.metric("meshguard_audit_objects", ""))) {
        leaders.add(server);
      }
    }
    return leaders;
  }

  /** Has the API server forget them before they end, so that nothing fails closed afterwards. */
  @Override
  public void close() throws IOException, InterruptedException {
    for (String kind : List.of("mutatingwebhookconfiguration", "validatingwebhookconfiguration")) {
      live.controlPlane().kubectl().run("delete", kind, NAME);
    }
    for (String namespace : List.of(Load.OPEN, Load.CLOSED)) {
      live.run(namespace, "delete", "virtualservices", "--all", "--wait=false");
    }
    for (ServerProcess server : servers) {
      server.kill();
    }
    balancer.close();
  }
}
