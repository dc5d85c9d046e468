package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.HostileObjects;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Relay;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.tls.MountedLeaf;
import io.meshguard.server.webhook.WebhookConfigurations;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What goes wrong around a server: each is told in the log and passes by itself, and meanwhile
 * nobody is refused who should not be.
 */
@OnRealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterFaultsIT {

  private static final System.Logger LOG = System.getLogger(ClusterFaultsIT.class.getName());
  private static final String NAME = "meshguard-faults";

  /** From then on nothing is concluded from what may be out of date. */
  private static final int STALE_SECONDS = 10;

  /** Eight seconds lie between two tries at most, and some go by until an object is listed. */
  private static final Duration LONGEST_UNTIL_HEARD = Duration.ofSeconds(20);

  private final Live live;
  private final ControlPlane plane;
  private final AtomicBoolean unreachable = new AtomicBoolean();
  private final Relay toApiServer;
  private final ClusterRoleBinding binding =
      new ClusterRoleBindingBuilder()
          .withNewMetadata()
          .withName(NAME)
          .endMetadata()
          .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
          .addNewSubject("rbac.authorization.k8s.io", "User", NAME, null)
          .build();

  /** A server that reaches the API server through a relay, as a user of its own. */
  private final ServerProcess server;

  private int gateways;

  ClusterFaultsIT(Live live) throws Exception {
    this.live = live;
    this.plane = live.controlPlane();
    int apiServer = plane.server().getPort();
    this.toApiServer =
        new Relay(() -> unreachable.get() ? Optional.empty() : Optional.of(apiServer));
    live.policy("");
    live.client().resource(binding).create();
    prepare(NAME);
    Path kubeconfig = plane.kubeconfigFor(NAME);
    Files.writeString(
        kubeconfig,
        Files.readString(kubeconfig).replace(":" + apiServer, ":" + toApiServer.port()));
    this.server = ServerProcess.launch(plane, settings(NAME, kubeconfig, true, Optional.empty()));
  }

  @BeforeAll
  void awaitServer() throws Exception {
    server.awaitReady();
    awaitJudging();
  }

  @AfterAll
  void end() throws Exception {
    server.end();
    forget(NAME);
    live.client().resource(binding).delete();
    toApiServer.close();
  }

  @AfterEach
  void itJudgesAndLearnsWhatIsNew() throws Exception {
    LOG.log(System.Logger.Level.INFO, "all was well again after {0}", awaitJudging().plus(news()));
  }

  @Test
  void theApiServerIsRestarted() throws Exception {
    int logged = server.log().length();
    plane.apiServer().kill();
    await("the log tells of it", "not receiving updates for ", logged);
    await(
        "the log tells of the lease", "cannot lead, cannot get Lease meshguard-leader in ", logged);
    assertThat(staleness("Gateway")).isGreaterThanOrEqualTo(STALE_SECONDS);
    assertThat(leaseStaleness()).isPositive();

    plane.apiServer().restart();
    plane.awaitReady();
    assertSaneIsLetIn();
    await("the log tells of its end", "receiving updates again for ", logged);
    Await.until("metrics tell of its end", () -> staleness("Gateway") == 0);
    awaitLease(logged);
  }

  /** Watches stay open and silent, as they do where nothing changes; only the lease tells. */
  @Test
  void etcdIsPaused() throws Exception {
    int logged = server.log().length();
    plane.etcd().pause();
    Kubectl.Result paused =
        live.kubectl(Manifests.shadowed("paused"), "create", "--request-timeout=2s");
    await("the log tells of it", "cannot lead, cannot get Lease meshguard-leader in ", logged);
    assertThat(leaseStaleness()).isPositive();
    plane.etcd().resume();
    plane.awaitReady();

    assertThat(paused.exitCode()).isEqualTo(1);
    assertSaneIsLetIn();
    awaitLease(logged);
  }

  @Test
  void theWatchesAreInterrupted() throws Exception {
    int logged = server.log().length();
    unreachable.set(true);
    toApiServer.cut();
    await("the log tells of it", "not receiving updates for ", logged);
    Await.until("metrics tell of it", () -> staleness("Gateway") > STALE_SECONDS);
    awaitDoubt();

    assertThat(live.kubectl(Manifests.shadowed("old-news"), "create").exitCode()).isZero();
    awaitSilence(throughNewGateway());
    assertSaneIsLetIn();

    unreachable.set(false);
    Duration again = Await.until("changes come in again", () -> staleness("Gateway") == 0);
    LOG.log(System.Logger.Level.INFO, "changes came in again after {0}", again);
    assertThat(again).isLessThan(LONGEST_UNTIL_HEARD);
    await("the log tells of its end", "receiving updates again for ", logged);
  }

  /** Connections stay open, and nobody hears or says anything on them any more. */
  @Test
  void theApiServerFallsSilent() throws Exception {
    int logged = server.log().length();
    toApiServer.hang(true);
    toApiServer.swallow();
    Duration noticed =
        Await.until(
            () -> "the log tells of it:\n" + server.log().substring(logged),
            () -> server.log().substring(logged).contains("not receiving updates for "));
    LOG.log(System.Logger.Level.INFO, "silence was noticed after {0}", noticed);
    assertThat(noticed).isLessThan(LONGEST_UNTIL_HEARD);
    awaitDoubt();

    assertThat(live.kubectl(Manifests.shadowed("in-silence"), "create").exitCode()).isZero();
    assertSaneIsLetIn();
    toApiServer.hang(false);
    toApiServer.cut();
    await("the log tells of its end", "receiving updates again for ", logged);
    Await.until("metrics tell of its end", () -> staleness("Gateway") == 0);
  }

  /** Watches are not asked; a firewall between has forgotten them. */
  @Test
  void connectionsAreForgotten() throws Exception {
    int logged = server.log().length();
    Thread.sleep(2_500); // a watch that has not answered yet is not expected to
    toApiServer.swallow();

    assertThat(news()).isLessThan(LONGEST_UNTIL_HEARD);
    await("the log tells of it", "closing a watch that gets no answer", logged);
  }

  @Test
  void anObjectIsStoredThatCannotBeRead() throws Exception {
    String name = "meshguard-unreadable";
    prepare(name);
    create("create", HostileObjects.longName("long-name", "shop", 60_000));
    create("create", HostileObjects.deep("too-deep", "shop", 900));
    create("create", HostileObjects.manyNodes("too-many", "shop", 450_000));
    Await.until("they are counted", () -> unreadable(server) == 2);
    assertThat(create(Manifests.shadowed("beside")).stderr()).contains("would be denied");
    ServerProcess fresh =
        ServerProcess.launch(plane, settings(name, plane.kubeconfig(), true, Optional.empty()));
    try {
      fresh.awaitReady();
      assertThat(unreadable(fresh)).isEqualTo(2);
    } finally {
      forget(name);
      fresh.kill();
      create("delete", HostileObjects.longName("long-name", "shop", 1));
      create("delete", HostileObjects.filter("too-deep", "shop", "{}"));
      create("delete", HostileObjects.filter("too-many", "shop", "{}"));
    }
    Await.until("they are gone", () -> unreadable(server) == 0);
  }

  private static double unreadable(ServerProcess of) throws IOException, InterruptedException {
    return of.metric(
        "meshguard_mesh_unreadable_objects", "kind=\"EnvoyFilter.networking.istio.io\"");
  }

  private void create(String verb, String json) throws IOException, InterruptedException {
    Kubectl.Result done =
        verb.equals("create")
            ? live.kubectl(json, verb, "--validate=false")
            : live.kubectl(json, verb);
    assertThat(done.exitCode()).as(done.stderr()).isZero();
  }

  @Test
  void thePolicyIsDeleted() throws Exception {
    int logged = server.log().length();
    ConfigMap policy = live.client().configMaps().inNamespace(NAME).withName(Live.POLICY).get();
    live.client().resource(policy).delete();
    await("the log tells of it", "the policy was deleted: the previous policy stays", logged);

    assertThat(server.readiness().path("policy").asText()).isEqualTo("DELETED");
    assertThat(server.metric("meshguard_policy_state", "state=\"deleted\"")).isOne();
    assertThat(create(Manifests.shadowed("still-denied")).stderr()).contains("would be denied");
    assertSaneIsLetIn();
    policy.getMetadata().setResourceVersion(null);
    live.client().resource(policy).create();
    Await.until(
        "the policy is back",
        () -> server.metric("meshguard_policy_state", "state=\"accepted\"") == 1);
  }

  @Test
  void theSecretOfTheAuthorityIsDeleted() throws Exception {
    int logged = server.log().length();
    double writes = server.metric("meshguard_authority_writes_total", "");
    Secret before = live.client().secrets().inNamespace(NAME).withName("meshguard-ca").get();
    live.client().resource(before).delete();
    await("the log tells of it", "wrote the shared authority", logged);

    Secret after = live.client().secrets().inNamespace(NAME).withName("meshguard-ca").get();
    assertThat(after.getData()).isEqualTo(before.getData());
    assertThat(server.metric("meshguard_authority_writes_total", "")).isEqualTo(writes + 1);
    assertThat(create(Manifests.shadowed("still-judged")).stderr()).contains("would be denied");
    assertSaneIsLetIn();
  }

  @Test
  void itsRightsAreWithdrawn() throws Exception {
    int logged = server.log().length();
    live.client().resource(binding).delete();
    toApiServer.cut();
    await("the log tells of it", "not receiving updates for ", logged);
    Await.until("metrics tell of it", () -> staleness("VirtualService") > STALE_SECONDS);

    awaitDoubt();
    assertSaneIsLetIn();
    live.client().resource(binding).create();
    await("the log tells of its end", "receiving updates again for ", logged);
  }

  /** The leader cannot renew its lease any more, and nothing else is different. */
  @Test
  void onlyItsRightsToTheLeaseAreWithdrawn() throws Exception {
    Await.until("it leads", () -> server.metric("meshguard_leader", "") == 1);
    int logged = server.log().length();
    ClusterRole rest = allButLeases();
    ClusterRoleBinding toRest =
        new ClusterRoleBindingBuilder(binding)
            .editMetadata()
            .withName(rest.getMetadata().getName())
            .endMetadata()
            .editRoleRef()
            .withName(rest.getMetadata().getName())
            .endRoleRef()
            .build();
    live.client().resource(rest).create();
    live.client().resource(toRest).create();
    live.client().resource(binding).delete();
    await("the log tells of it", "cannot lead, no right to Lease meshguard-leader in ", logged);
    assertThat(leaseStaleness()).isPositive();
    Await.until("it does not lead", () -> server.metric("meshguard_leader", "") == 0);

    assertThat(create(Manifests.shadowed("unled")).stderr()).contains("would be denied");
    assertSaneIsLetIn();
    assertThat(server.log().substring(logged))
        .containsOnlyOnce("cannot lead")
        .doesNotContain("Exception");

    live.client().resource(binding).create();
    live.client().resource(toRest).delete();
    live.client().resource(rest).delete();
    awaitLease(logged);
    assertThat(server.log().substring(logged)).containsOnlyOnce("is available again, after ");
  }

  /** Returns for how long the server has not had its lease. */
  private double leaseStaleness() throws IOException, InterruptedException {
    return server.metric("meshguard_lease_staleness_seconds", "");
  }

  /** Returns when the server leads again and has told so. */
  private void awaitLease(int from) throws InterruptedException {
    await("the log tells that the lease is back", "is available again, after ", from);
    Await.until("it leads again", () -> server.metric("meshguard_leader", "") == 1);
    Await.until("metrics tell of it", () -> leaseStaleness() == 0);
  }

  private ClusterRole allButLeases() {
    List<String> groups =
        live.client().getApiGroups().getGroups().stream()
            .map(APIGroup::getName)
            .filter(group -> !group.equals("coordination.k8s.io"))
            .toList();
    return new ClusterRoleBuilder()
        .withNewMetadata()
        .withName(NAME + "-all-but-leases")
        .endMetadata()
        .addNewRule()
        .withApiGroups(groups)
        .addToApiGroups("")
        .withResources("*")
        .withVerbs("*")
        .endRule()
        .addNewRule()
        .withNonResourceURLs("*")
        .withVerbs("*")
        .endRule()
        .build();
  }

  @Test
  void theCertificateHasExpired(@TempDir Path directory) throws Exception {
    String name = "meshguard-expired";
    MountedLeaf leaf = MountedLeaf.expired(directory);
    prepare(name);
    ServerProcess expired =
        ServerProcess.launch(
            plane,
            new ServerProcess.Settings(
                name,
                plane.kubeconfig(),
                false,
                Map.of(
                    "MESHGUARD_CLUSTER_NAMESPACE",
                    name,
                    "MESHGUARD_CLUSTER_CERTIFICATE_DIRECTORY",
                    directory.toString()),
                Optional.empty()));
    try {
      expired.awaitReady();
      register(name, expired, leaf.authorityPem());
      assertThat(expired.log()).contains("the serving certificate expired at ");
      assertThat(secondsLeft(expired)).isNegative();
      assertSaneIsLetIn();
      assertThat(expired.metric("meshguard_reviews_total", "")).isZero();

      leaf.renew();
      Await.until(
          "it is called",
          () -> {
            assertSaneIsLetIn();
            return expired.metric("meshguard_reviews_total", "") > 0;
          });
      assertThat(expired.log()).contains("serving a new certificate, valid until ");
      assertThat(secondsLeft(expired)).isPositive();
    } finally {
      forget(name);
      expired.kill();
    }
  }

  @ParameterizedTest
  @MethodSource("logsThatNobodyTakes")
  void itsLogIsTakenByNobody(ProcessBuilder.Redirect output) throws Exception {
    String name = "meshguard-unheard";
    prepare(name);
    ServerProcess unheard =
        ServerProcess.launch(plane, settings(name, plane.kubeconfig(), true, Optional.of(output)));
    try {
      unheard.awaitReady();
      Await.until(
          "it denies",
          () -> {
            create(Manifests.shadowed("unheard"));
            assertSaneIsLetIn();
            return unheard.metric("meshguard_findings_total", "unreachable-route") > 0;
          });
    } finally {
      forget(name);
      unheard.kill();
    }
  }

  /** A full disk, and a pipe whose other end does not read. */
  static Stream<ProcessBuilder.Redirect> logsThatNobodyTakes() {
    return Stream.of(
        ProcessBuilder.Redirect.to(new File("/dev/full")), ProcessBuilder.Redirect.PIPE);
  }

  private static ServerProcess.Settings settings(
      String name, Path kubeconfig, boolean registers, Optional<ProcessBuilder.Redirect> output) {
    return new ServerProcess.Settings(
        name,
        kubeconfig,
        registers,
        Map.of(
            "MESHGUARD_CLUSTER_NAMESPACE",
            name,
            "MESHGUARD_CLUSTER_WEBHOOK_CONFIGURATION",
            name,
            "MESHGUARD_CLUSTER_AUTHORITY_SECRET",
            "meshguard-ca",
            "QUARKUS_LOG_LEVEL",
            output.isPresent() ? "DEBUG" : "INFO"),
        output);
  }

  /** Makes the namespace of a server, and a policy under which two rules deny. */
  private void prepare(String name) throws IOException, InterruptedException {
    plane.createNamespace(name, Map.of());
    ConfigMap policy =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(name)
            .withName(Live.POLICY)
            .endMetadata()
            .addToData("policy.yaml", "rules: {\"*\": \"off\"}\n")
            .addToData("unreachable-route", "deny")
            .addToData("unknown-gateway", "deny")
            .build();
    if (live.client().resource(policy).get() == null) {
      live.client().resource(policy).create();
    }
  }

  private void register(String name, ServerProcess to, String authorityPem) throws Exception {
    WebhookConfigurations configurations =
        new WebhookConfigurations(
            Catalogue.infos(),
            new WebhookConfigurations.Options(
                name,
                name,
                name,
                Optional.of(to.address().toString()),
                Optional.of(authorityPem),
                Set.of("istio-system"),
                true));
    Kubectl.Result created = live.kubectl(configurations.validating().toString(), "create");
    assertThat(created.exitCode()).as(created.stderr()).isZero();
  }

  private void forget(String name) throws Exception {
    for (String kind : new String[] {"mutating", "validating"}) {
      plane.kubectl().run("delete", kind + "webhookconfiguration", name, "--ignore-not-found");
    }
  }

  private void await(String what, String line, int from) throws InterruptedException {
    Await.until(
        () -> what + "; the log:\n" + server.log().substring(from),
        () -> server.log().substring(from).contains(line));
  }

  /** Returns for how long no changes of an Istio kind have come in. */
  private double staleness(String kind) throws IOException, InterruptedException {
    return server.metric(
        "meshguard_mesh_staleness_seconds", "kind=\"" + kind + ".networking.istio.io\"");
  }

  /** Returns for how long the certificate of a server is valid. */
  private static double secondsLeft(ServerProcess of) throws IOException, InterruptedException {
    return of.metric("meshguard_certificate_expiration_timestamp_seconds", "")
        - Instant.now().getEpochSecond();
  }

  private Duration awaitJudging() throws InterruptedException {
    return Await.until(
        () -> "the API server calls the webhook; its log:\n" + server.log(),
        () -> create(Manifests.shadowed("judged")).stderr().contains("would be denied"));
  }

  /** Returns when the server does not rely on what it knows of VirtualServices. */
  private void awaitDoubt() throws InterruptedException {
    Await.until(
        () -> "nothing is denied; the log:\n" + server.log(),
        () ->
            create(Manifests.shadowed("doubted"))
                .stderr()
                .endsWith(" (not denied: Meshguard's view of the cluster may be out of date)\n"));
  }

  /** Returns how long it takes until a new object is known. */
  private Duration news() throws Exception {
    return awaitSilence(throughNewGateway());
  }

  /** Returns how long it takes until there is nothing to be said about an object. */
  private Duration awaitSilence(String manifest) throws InterruptedException {
    return Await.until(
        () -> "nothing is said; the log:\n" + server.log(),
        () -> {
          Kubectl.Result created = create(manifest);
          return created.exitCode() == 0 && created.stderr().isEmpty();
        });
  }

  /** Creates a Gateway and returns a VirtualService that names it. */
  private String throughNewGateway() throws Exception {
    String gateway = "news-" + ++gateways;
    Kubectl.Result created =
        live.kubectl(
            """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata:
              name: %s
              namespace: shop
            spec:
              selector: {istio: ingressgateway}
              servers:
              - port: {number: 80, name: http, protocol: HTTP}
                hosts: ["*"]
            """
                .formatted(gateway),
            "create");
    assertThat(created.exitCode()).as(created.stderr()).isZero();
    return Manifests.virtualService("through-" + gateway, Manifests.route("/", "api"))
        .replace("spec:\n", "spec:\n  gateways: [shop/%s]\n".formatted(gateway));
  }

  private void assertSaneIsLetIn() throws IOException, InterruptedException {
    Kubectl.Result sane = create(Manifests.virtualService("sane", Manifests.route("/api", "api")));
    assertThat(sane.stderr()).isEmpty();
    assertThat(sane.exitCode()).isZero();
  }

  private Kubectl.Result create(String manifest) throws IOException, InterruptedException {
    return live.kubectl(manifest, "create", "--dry-run=server");
  }
}
