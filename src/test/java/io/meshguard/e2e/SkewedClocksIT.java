package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.IstioCrds;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.webhook.WebhookConfigurations;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Two replicas of which the clock of one is ten minutes ahead of the API server's and that of the
 * other ten minutes behind. Needs libfaketime, and is skipped without it; where {@code
 * MESHGUARD_E2E=required} it fails, unless {@code MESHGUARD_FAKETIME=none} says that there is none.
 */
@RequiresControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SkewedClocksIT {

  private static final System.Logger LOG = System.getLogger(SkewedClocksIT.class.getName());
  private static final String NAME = "meshguard-skewed";
  private static final Duration SKEW = Duration.ofMinutes(10);
  private static final Duration TOLERANCE = Duration.ofMinutes(2);

  /** Longer than a candidate ever waits between two looks at the lease. */
  private static final Duration TWO_LOOKS = Duration.ofSeconds(6);

  /** The lease lasts 15 s, a candidate looks at least every 4.4 s, and then judges everything. */
  private static final Duration LONGEST_WITHOUT_LEADER = Duration.ofSeconds(30);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String POLICY =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: meshguard-policy, namespace: %s}
      data:
        policy.yaml: 'rules: {"*": "off"}'
        unreachable-route: deny
      """
          .formatted(NAME);

  private final ControlPlane plane;
  private final ServerProcess ahead;
  private final ServerProcess behind;

  SkewedClocksIT() throws Exception {
    FakeTime clock = fakeTime();
    this.plane =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults(),
            Progress.silent());
    plane.applyCrds(IstioCrds.load(Progress.silent()).yaml());
    plane.applyCrds(
        Files.readString(Path.of("src", "test", "resources", "crds", "openreports.yaml")));
    for (String namespace : List.of(NAME, "shop", "ahead", "behind")) {
      plane.createNamespace(namespace, Map.of());
    }
    applied(POLICY);
    applied(Manifests.shadowed("stored"));
    this.ahead = launch("ahead", clock.environment(SKEW));
    ahead.awaitReady();
    this.behind = launch("behind", clock.environment(SKEW.negated()));
    behind.awaitReady();
  }

  private static FakeTime fakeTime() {
    Optional<FakeTime> found = FakeTime.find();
    boolean required =
        "required".equals(System.getenv("MESHGUARD_E2E"))
            && !"none".equals(System.getenv("MESHGUARD_FAKETIME"));
    if (!required) {
      assumeThat(found).as("libfaketime is installed").isPresent();
    }
    return found.orElseThrow(
        () ->
            new IllegalStateException(
                "MESHGUARD_E2E=required, but libfaketime (package faketime) is not installed"));
  }

  private ServerProcess launch(String name, Map<String, String> clock) throws IOException {
    Map<String, String> environment = new HashMap<>(clock);
    environment.put("MESHGUARD_CLUSTER_NAMESPACE", NAME);
    environment.put("MESHGUARD_CLUSTER_WEBHOOK_CONFIGURATION", NAME);
    environment.put("MESHGUARD_CLUSTER_AUTHORITY_SECRET", "meshguard-ca");
    return ServerProcess.launch(
        plane,
        new ServerProcess.Settings(name, plane.kubeconfig(), false, environment, Optional.empty()));
  }

  /** Has the API server ask each replica about one namespace, and refuse what is not answered. */
  @BeforeAll
  void register() throws Exception {
    ObjectNode configuration = generated(ahead.address()).validating();
    ArrayNode entries = configuration.putArray("webhooks");
    entries.addAll(entries("ahead", ahead.address()));
    entries.addAll(entries("behind", behind.address()));
    applied(configuration.toString());
    for (String namespace : List.of("ahead", "behind")) {
      Await.until("the replica " + namespace + " is called", () -> denies(namespace));
    }
  }

  private static WebhookConfigurations generated(URI address) {
    return new WebhookConfigurations(
        Catalogue.infos(),
        new WebhookConfigurations.Options(
            NAME,
            NAME,
            NAME,
            Optional.of(address.toString()),
            Optional.empty(),
            Set.of("istio-system"),
            true));
  }

  private static List<ObjectNode> entries(String namespace, URI address) {
    return generated(address)
        .validating()
        .path("webhooks")
        .valueStream()
        .filter(entry -> entry.path("name").asText().contains("-mesh."))
        .map(entry -> (ObjectNode) entry.deepCopy())
        .peek(
            entry -> {
              entry.put("name", namespace + "-" + entry.path("name").asText());
              entry.put("failurePolicy", "Fail");
              entry
                  .putObject("namespaceSelector")
                  .putObject("matchLabels")
                  .put("kubernetes.io/metadata.name", namespace);
            })
        .toList();
  }

  @AfterAll
  void end() throws Exception {
    plane.close();
  }

  @Test
  void oneLeadsReportsAreWrittenOnceAndBothAnswer() throws Exception {
    Await.until("the first leads and has judged what is stored", () -> judged(ahead));
    assertThat(lastJudged(ahead))
        .isBetween(clock(SKEW.minus(TOLERANCE)), clock(SKEW.plus(TOLERANCE)));
    Await.until("a report is written", () -> !report().isEmpty());
    String report = report();
    assertStaysAlone(ahead, behind);
    assertThat(transitions()).isZero();
    assertThat(report()).as("the report is not written again").isEqualTo(report);
    assertAnswers("ahead");
    assertAnswers("behind");

    ahead.kill();
    Duration without = Await.until("the other leads", () -> judged(behind));
    LOG.log(System.Logger.Level.INFO, "{0} ms without a leader", without.toMillis());
    assertThat(without).isLessThan(LONGEST_WITHOUT_LEADER);
    assertThat(lastJudged(behind))
        .isBetween(clock(SKEW.negated().minus(TOLERANCE)), clock(SKEW.negated().plus(TOLERANCE)));
    assertThat(transitions()).isOne();

    ahead.startAgain();
    assertStaysAlone(behind, ahead);
    assertThat(transitions()).isOne();
    assertThat(report()).as("the report says the same of another leader").isEqualTo(report);
    Await.until("the replica that came back is called", () -> denies("ahead"));
    assertAnswers("ahead");
    assertAnswers("behind");
  }

  private static boolean judged(ServerProcess server) throws Exception {
    return leads(server) && !Double.isNaN(server.metric("meshguard_audit_objects", ""));
  }

  private static boolean leads(ServerProcess server) throws Exception {
    return server.metric("meshguard_leader", "") == 1;
  }

  /** Returns when a replica says that it judged what is stored. */
  private static Instant lastJudged(ServerProcess server) throws Exception {
    return Instant.ofEpochSecond(
        (long) server.metric("meshguard_audit_last_run_timestamp_seconds", ""));
  }

  private static Instant clock(Duration ahead) {
    return Instant.now().plus(ahead);
  }

  private static void assertStaysAlone(ServerProcess leader, ServerProcess candidate)
      throws Exception {
    long end = System.nanoTime() + TWO_LOOKS.toNanos();
    while (System.nanoTime() < end) {
      assertThat(leads(leader)).isTrue();
      assertThat(leads(candidate)).isFalse();
      Thread.sleep(100);
    }
  }

  /** Nothing is let in or refused that should not be, over new connections and old ones. */
  private void assertAnswers(String namespace) throws Exception {
    String sane = Manifests.virtualService("sane", Manifests.route("/api", "api"));
    for (int i = 0; i < 3; i++) {
      assertThat(denies(namespace)).isTrue();
      Kubectl.Result created = create(sane, namespace);
      assertThat(created.stderr()).isEmpty();
      assertThat(created.exitCode()).isZero();
    }
  }

  private boolean denies(String namespace) throws Exception {
    return create(Manifests.shadowed("judged"), namespace)
        .stderr()
        .startsWith("Warning: would be denied: [unreachable-route]");
  }

  private Kubectl.Result create(String manifest, String namespace) throws Exception {
    return kubectl(
        manifest.replace("namespace: shop", "namespace: " + namespace),
        "create",
        "--dry-run=server",
        "-f",
        "-");
  }

  /**
   * Returns uid, version and results of the report on namespace shop; empty where there is none.
   */
  private String report() throws Exception {
    Kubectl.Result found =
        plane.kubectl().run("-n", "shop", "get", "reports.openreports.io", "-o", "json");
    return JSON.readTree(found.stdout()).path("items").path(0).toString();
  }

  /** Returns how often the lease went from one replica to another. */
  private int transitions() throws Exception {
    Kubectl.Result lease =
        plane.kubectl().run("-n", NAME, "get", "lease", "meshguard-leader", "-o", "json");
    return JSON.readTree(lease.stdout()).at("/spec/leaseTransitions").asInt();
  }

  private void applied(String manifest) throws Exception {
    Kubectl.Result applied = kubectl(manifest, "apply", "-f", "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }

  private Kubectl.Result kubectl(String manifest, String... arguments) throws Exception {
    return plane.kubectl().runWithInput(manifest, arguments);
  }
}
