package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.IstioCrds;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.Relay;
import io.meshguard.controlplane.RequiresControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What a server knows of a mesh whose kinds come, go and come back, and of what happened while it
 * was not told. From the first time on it is ready all the while.
 */
@RequiresControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MeshViewIT {

  private static final System.Logger LOG = System.getLogger(MeshViewIT.class.getName());
  private static final String GATEWAYS = "gateways.networking.istio.io";
  private static final String ISTIOS = "istios.sailoperator.io";

  /** It looks every ten seconds which kinds are served. */
  private static final Duration LONGEST_UNTIL_SEEN = Duration.ofSeconds(20);

  private static final String POLICY =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: meshguard-policy, namespace: meshguard}
      data:
        policy.yaml: 'rules: {"*": "off"}'
        unknown-gateway: deny
        broken-trace-headers: deny
      """;

  private static final String GATEWAY_API =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: httproutes.gateway.networking.k8s.io
        annotations: {api-approved.kubernetes.io: unapproved}
      spec:
        group: gateway.networking.k8s.io
        names: {kind: HTTPRoute, plural: httproutes}
        scope: Namespaced
        versions:
        - name: v1
          served: true
          storage: true
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """;

  private static final String CONVERTED =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: istios.sailoperator.io}
      spec:
        group: sailoperator.io
        names: {kind: Istio, plural: istios}
        scope: Cluster
        conversion: %s
        versions:
        - name: v0
          served: true
          storage: true
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        - name: v1
          served: %s
          storage: false
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """;

  /** Nobody listens there. */
  private static final String DEAD =
      "{strategy: Webhook, webhook: {conversionReviewVersions: [v1],"
          + " clientConfig: {url: 'https://127.0.0.1:1/'}}}";

  private static final String TRACELESS =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: traceless, namespace: shop}
      spec:
        rules:
        - filters:
          - type: RequestHeaderModifier
            requestHeaderModifier: {remove: [traceparent]}
          backendRefs: [{name: reviews, port: 80}]
      """;

  private final AtomicBoolean unreachable = new AtomicBoolean();
  private final AtomicInteger notReady = new AtomicInteger();
  private final ScheduledExecutorService probes = Executors.newSingleThreadScheduledExecutor();
  private final ControlPlane plane;
  private final Relay toApiServer;
  private final ServerProcess server;

  MeshViewIT() throws Exception {
    this.plane =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults(),
            Progress.silent());
    int apiServer = plane.server().getPort();
    this.toApiServer =
        new Relay(() -> unreachable.get() ? Optional.empty() : Optional.of(apiServer));
    plane.createNamespace("meshguard", Map.of());
    plane.createNamespace("shop", Map.of());
    applied(POLICY);
    Path kubeconfig = plane.directory().resolve("through-relay");
    Files.writeString(
        kubeconfig,
        Files.readString(plane.kubeconfig()).replace(":" + apiServer, ":" + toApiServer.port()));
    this.server =
        ServerProcess.launch(
            plane,
            new ServerProcess.Settings("meshguard", kubeconfig, true, Map.of(), Optional.empty()));
  }

  @BeforeAll
  void awaitReady() throws Exception {
    server.awaitReady();
    var unused =
        probes.scheduleWithFixedDelay(
            () -> notReady.addAndGet(ready() ? 0 : 1), 0, 200, TimeUnit.MILLISECONDS);
  }

  private boolean ready() {
    try {
      return server.saysReady();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @AfterAll
  void end() throws Exception {
    probes.shutdownNow();
    plane.close();
    toApiServer.close();
  }

  @Test
  @Order(1)
  void kindsThatAppearAreTakenUp() throws Exception {
    assertThat(served(GATEWAYS)).isFalse();
    assertThat(server.readiness().path("kindsNotServed").asText()).contains("VirtualService");

    plane.applyCrds(IstioCrds.load(Progress.silent()).yaml());
    plane.applyCrds(GATEWAY_API);
    soon("a Gateway that is not there is missed", () -> denied(through("none")));
    soon("an HTTPRoute is judged", () -> denied(TRACELESS));
    create(gateway("first"));
    soon("a Gateway that is there is known", () -> silent(through("first")));
    assertThat(served(GATEWAYS)).isTrue();
    assertThat(served("httproutes.gateway.networking.k8s.io")).isTrue();
    assertThat(server.log()).contains("VirtualService.networking.istio.io is served now");
    assertThat(notReady).hasValue(0);
  }

  @Test
  @Order(2)
  void aKindThatIsTakenAwayIsForgottenAndTakenUpAgain() throws Exception {
    plane.kubectl().run("delete", "crd", GATEWAYS);
    soon("it is not served", () -> !served(GATEWAYS));
    assertThat(objects(GATEWAYS)).isZero();
    assertThat(server.log()).contains("Gateway.networking.istio.io is no longer served");
    assertThat(silent(through("first"))).as("nobody knows whether it is there").isTrue();
    int told = server.log().split("watching Gateway", -1).length;

    plane.applyCrds(IstioCrds.load(Progress.silent()).yaml());
    soon("a Gateway that went with its kind is missed", () -> denied(through("first")));
    create(gateway("second"));
    soon("a Gateway that is there is known", () -> silent(through("second")));
    assertThat(server.log().split("watching Gateway", -1)).hasSize(told);
    assertThat(server.metric("meshguard_mesh_staleness_seconds", GATEWAYS)).isZero();
    assertThat(notReady).hasValue(0);
  }

  /** As where the webhook that converts objects of a kind is down. */
  @Test
  @Order(3)
  void aKindThatCannotBeListedMakesNobodyWait() throws Exception {
    plane.applyCrds(CONVERTED.formatted(DEAD, false));
    create("{apiVersion: sailoperator.io/v0, kind: Istio, metadata: {name: default}}");
    plane.applyCrds(CONVERTED.formatted(DEAD, true));
    soon("it is served", () -> served(ISTIOS));
    Kubectl.Result listed = plane.kubectl().run("get", "istios.v1.sailoperator.io");
    assertThat(listed.stderr()).contains("conversion webhook");
    TimeUnit.SECONDS.sleep(2);
    assertThat(server.saysReady()).isTrue();
    assertThat(objects(ISTIOS)).isZero();

    plane.applyCrds(CONVERTED.formatted("{strategy: None}", true));
    soon("it can be listed", () -> objects(ISTIOS) == 1);
    assertThat(notReady).hasValue(0);
  }

  /** An API server that has started anew does not know what happened before, and says 410. */
  @Test
  @Order(4)
  void whatHappenedBeforeAWatchThatIsTooOldIsSeen() throws Exception {
    String before = resourceVersion();
    unreachable.set(true);
    toApiServer.cut();
    plane.kubectl().run("-n", "shop", "delete", GATEWAYS, "second");
    create(gateway("third"));
    plane.apiServer().restart();
    plane.awaitReady();
    assertThat(watched(before)).contains("\"code\":410");

    unreachable.set(false);
    soon("a Gateway that was deleted meanwhile is missed", () -> denied(through("second")));
    soon("a Gateway that was created meanwhile is known", () -> silent(through("third")));
    assertThat(objects(GATEWAYS)).isOne();
    assertThat(notReady).hasValue(0);
  }

  private boolean served(String kind) throws Exception {
    return server.metric("meshguard_mesh_served", label(kind)) == 1;
  }

  private double objects(String kind) throws Exception {
    return server.metric("meshguard_mesh_objects", label(kind));
  }

  /** Returns the label of a kind by the name of its definition. */
  private static String label(String definition) {
    return switch (definition) {
      case GATEWAYS -> "kind=\"Gateway.networking.istio.io\"";
      case ISTIOS -> "kind=\"Istio.sailoperator.io\"";
      default -> "kind=\"HTTPRoute.gateway.networking.k8s.io\"";
    };
  }

  private void soon(String what, Callable<Boolean> condition) throws InterruptedException {
    Duration taken = Await.until(what, LONGEST_UNTIL_SEEN, condition);
    LOG.log(System.Logger.Level.INFO, "{0} after {1} ms", what, taken.toMillis());
  }

  /** Returns what a watch gets that was last told of a version. */
  private String watched(String version) throws Exception {
    String path = "/apis/networking.istio.io/v1/gateways?watch=1&timeoutSeconds=1&resourceVersion=";
    return plane.kubectl().run("get", "--raw", path + version).stdout();
  }

  private String resourceVersion() throws Exception {
    Kubectl.Result list =
        plane
            .kubectl()
            .run("get", GATEWAYS, "-A", "-o", "jsonpath={.items[0].metadata.resourceVersion}");
    assertThat(list.stdout()).as(list.stderr()).isNotEmpty();
    return list.stdout();
  }

  private static String gateway(String name) {
    return """
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: %s, namespace: shop}
        spec:
          selector: {istio: ingressgateway}
          servers:
          - port: {number: 80, name: http, protocol: HTTP}
            hosts: ["*"]
        """
        .formatted(name);
  }

  private static String through(String gateway) {
    return Manifests.virtualService("through", Manifests.route("/", "api"))
        .replace("spec:\n", "spec:\n  gateways: [shop/%s]\n".formatted(gateway));
  }

  private boolean denied(String manifest) throws Exception {
    return tried(manifest).stderr().startsWith("Warning: would be denied: [");
  }

  private boolean silent(String manifest) throws Exception {
    Kubectl.Result tried = tried(manifest);
    return tried.exitCode() == 0 && tried.stderr().isEmpty();
  }

  private Kubectl.Result tried(String manifest) throws IOException, InterruptedException {
    return plane.kubectl().runWithInput(manifest, "create", "--dry-run=server", "-f", "-");
  }

  private void create(String manifest) throws Exception {
    Kubectl.Result created = plane.kubectl().runWithInput(manifest, "create", "-f", "-");
    assertThat(created.exitCode()).as(created.stderr()).isZero();
  }

  private void applied(String manifest) throws Exception {
    Kubectl.Result applied = plane.kubectl().runWithInput(manifest, "apply", "-f", "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }
}
