package io.meshguard.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.HostileObjects;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import io.meshguard.kube.ClusterReader;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyReader;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.mesh.LiveMesh;
import io.meshguard.server.mesh.MeshWatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

@RequiresControlPlane
class BackgroundAuditTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * Whether reports are served is asked once a minute; right after their definition they may not
   * be.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Version RELEASE = Version.of("9.0");

  private static final String BAD =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: %s, namespace: standing}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /late}}]
          route: [{destination: {host: other}}]
      """;

  private static final String GOOD =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: %s, namespace: standing}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
      """;

  @Test
  void reportsEventsAndMetricsSayWhatIsStored(ControlPlane cluster) throws Exception {
    cluster.createNamespace("standing", Map.of());
    // the audit writes to this API where it is served, and a test before may have defined it
    run(
        cluster,
        "delete",
        "crd",
        "reports.openreports.io",
        "clusterreports.openreports.io",
        "--ignore-not-found");
    cluster.applyCrds(Files.readString(Path.of("src/test/resources/crds/policyreports.yaml")));
    apply(cluster, BAD.formatted("old"));
    apply(
        cluster,
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: standing-public}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:unauthenticated"}]
        """);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Server server = new Server(cluster, registry, Instant.now().plusSeconds(3600))) {
      // 1. what is stored, in a namespace and in none
      server.until(() -> names(results(cluster, "polr", "standing")).equals(List.of("old")));
      JsonNode result = results(cluster, "polr", "standing").get(0);
      assertThat(result.at("/policy").asText()).isEqualTo("unreachable-route");
      assertThat(result.at("/result").asText()).isEqualTo("fail");
      assertThat(result.at("/message").asText())
          .startsWith("[unreachable-route] VirtualService standing/old spec.http[1]: ");
      assertThat(result.at("/properties/fingerprint").asText()).hasSize(20);
      assertThat(result.at("/properties/slipped").isMissingNode()).isTrue();
      JsonNode clusterWide =
          MAPPER.readTree(run(cluster, "get", "cpolr", "meshguard", "-o", "json"));
      assertThat(clusterWide.toString()).contains("public-cluster-admin", "standing-public");
      assertThat(registry.get("meshguard.audit.objects").gauge().value()).isGreaterThanOrEqualTo(2);
      assertThat(
              registry
                  .get("meshguard.audit.findings")
                  .tags("rule", "unreachable-route", "mode", "deny")
                  .gauge()
                  .value())
          .isGreaterThanOrEqualTo(1);
      server.until(() -> events(cluster).size() == 1);
      assertThat(events(cluster).get(0).at("/regarding/name").asText()).isEqualTo("old");

      // what cannot be read is counted and told of on the object
      create(cluster, HostileObjects.deep("opaque", "standing", 900));
      server.until(
          () ->
              registry
                      .get("meshguard.audit.not.judged")
                      .tags("reason", "unreadable")
                      .gauge()
                      .value()
                  >= 1);
      server.until(
          () ->
              run(cluster, "get", "events.events.k8s.io", "-n", "standing", "-o", "json")
                  .contains("EnvoyFilter standing/opaque is not judged: more than 500 levels"));

      // 2. what changes while the webhook is not asked has slipped in; Events are told once
      String version = version(cluster);
      double before = server.judged();
      apply(cluster, GOOD.formatted("late"));
      server.until(() -> server.judged() == before + 1);
      assertThat(version(cluster)).as("nothing to say, nothing written").isEqualTo(version);
      apply(cluster, BAD.formatted("late"));
      server.until(() -> results(cluster, "polr", "standing").size() == 2);
      JsonNode late = results(cluster, "polr", "standing").get(0);
      assertThat(late.at("/resources/0/name").asText()).isEqualTo("late");
      assertThat(late.at("/properties/slipped").asText()).isEqualTo("true");
      server.until(() -> events(cluster).size() == 2);
    }

    // 3. another process takes over: nothing is written, marks are kept, Events not repeated
    String version = version(cluster);
    try (Server next =
        new Server(cluster, new SimpleMeterRegistry(), Instant.now().plusSeconds(3600))) {
      next.until(() -> next.judged() > 2);
      assertThat(version(cluster)).isEqualTo(version);
      assertThat(events(cluster)).hasSize(2);

      // 4. what is mended leaves the report; an empty report goes
      run(cluster, "delete", "virtualservice", "-n", "standing", "late");
      next.until(() -> names(results(cluster, "polr", "standing")).equals(List.of("old")));
      next.policy("off");
      next.until(() -> run(cluster, "get", "polr", "-n", "standing", "-o", "name").isEmpty());
    } finally {
      run(cluster, "delete", "clusterrolebinding", "standing-public");
      run(cluster, "delete", "virtualservice,envoyfilter", "-n", "standing", "--all");
      run(
          cluster,
          "delete",
          "crd",
          "policyreports.wgpolicyk8s.io",
          "clusterpolicyreports.wgpolicyk8s.io");
    }
  }

  private static List<String> names(List<JsonNode> results) {
    return results.stream().map(result -> result.at("/resources/0/name").asText()).toList();
  }

  private static List<JsonNode> results(ControlPlane cluster, String kind, String namespace)
      throws Exception {
    Kubectl.Result got =
        cluster.kubectl().run("get", kind, "-n", namespace, "meshguard", "-o", "json");
    List<JsonNode> results = new ArrayList<>();
    if (got.exitCode() == 0) {
      MAPPER.readTree(got.stdout()).path("results").forEach(results::add);
    }
    results.removeIf(result -> !result.at("/policy").asText().equals("unreachable-route"));
    return results;
  }

  private static String version(ControlPlane cluster) throws Exception {
    return run(
        cluster,
        "get",
        "polr",
        "-n",
        "standing",
        "meshguard",
        "-o",
        "jsonpath={.metadata.resourceVersion}");
  }

  private static List<JsonNode> events(ControlPlane cluster) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    MAPPER
        .readTree(run(cluster, "get", "events.events.k8s.io", "-n", "standing", "-o", "json"))
        .path("items")
        .forEach(events::add);
    events.removeIf(event -> !event.at("/note").asText().contains("unreachable-route"));
    return events;
  }

  private static void apply(ControlPlane cluster, String yaml) throws Exception {
    Kubectl.Result applied = cluster.kubectl().runWithInput(yaml, "apply", "-f", "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }

  private static void create(ControlPlane cluster, String json) throws Exception {
    Kubectl.Result created =
        cluster.kubectl().runWithInput(json, "create", "--validate=false", "-f", "-");
    assertThat(created.exitCode()).as(created.stderr()).isZero();
  }

  private static String run(ControlPlane cluster, String... arguments) throws Exception {
    Kubectl.Result result = cluster.kubectl().run(arguments);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    return result.stdout();
  }

  /** The part of a server that audits, as its leader. */
  private static final class Server implements AutoCloseable {
    private final KubernetesClient client;
    private final MeshWatch watch;
    private final BackgroundAudit audit;
    private final PolicyHolder holder =
        new PolicyHolder(
            new PolicyReader(Catalogue.infos(), RELEASE),
            Policy.defaults(Catalogue.infos(), RELEASE),
            Instant.EPOCH);
    private final SimpleMeterRegistry registry;

    Server(ControlPlane cluster, SimpleMeterRegistry registry, Instant since) throws Exception {
      Config config = Clients.config(cluster);
      this.client = ClusterReader.client(config);
      this.registry = registry;
      LiveMesh mesh = new LiveMesh(() -> MeshFacts.UNKNOWN);
      this.watch = new MeshWatch(client, mesh, Catalogue.infos(), () -> Set.of("istio-system"));
      AuditMeters meters = new AuditMeters(registry);
      meters.idle();
      this.audit =
          new BackgroundAudit(
              client,
              new BackgroundAudit.Surroundings(
                  mesh, holder::inForce, now -> since, watch::synced, "meshguard", "meshguard"),
              meters,
              Clock.systemUTC());
      policy("deny");
      mesh.listen(audit.listener());
      watch.extend();
    }

    /** Puts a policy in force in which only two rules say anything. */
    void policy(String unreachable) throws Exception {
      ObjectNode map = MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
      map.putObject("metadata").put("name", PolicyReader.CONFIG_MAP);
      map.putObject("data")
          .put("unreachable-route", unreachable)
          .put("policy.yaml", "rules: {\"*\": \"off\", public-cluster-admin: deny}\n");
      PolicyHolder.ActivePolicy now =
          holder.offer(Resource.of(map, "meshguard", Origin.NONE), Instant.now());
      assertThat(now.problems()).isEmpty();
    }

    double judged() {
      double objects = registry.get("meshguard.audit.objects").gauge().value();
      return Double.isNaN(objects) ? 0 : objects;
    }

    void until(Condition condition) throws Exception {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!condition.holds()) {
        assertThat(System.nanoTime()).as("in time").isLessThan(end);
        audit.tick();
        Thread.sleep(200);
      }
    }

    @Override
    public void close() {
      watch.close();
      client.close();
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }
}
