package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.meshguard.controlplane.Kubectl;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What may be done to objects that are stored already, and where Meshguard looks. */
@OnRealCluster
final class LiveObjectsIT {

  private static final String API = Manifests.route("/api", "api");
  private static final String API_V2 = Manifests.route("/api/v2", "api-v2");
  private static final String LOGIN = Manifests.route("/login", "login");

  private final Live live;

  LiveObjectsIT(Live live) {
    this.live = live;
  }

  @Test
  void aDryRunStoresNothingAndWarns() throws Exception {
    live.policy("unreachable-route: deny");
    Kubectl.Result dryRun = live.kubectl(Manifests.shadowed("dry"), "apply", "--dry-run=server");

    assertThat(dryRun.exitCode()).isZero();
    assertThat(dryRun.stdout())
        .isEqualTo("virtualservice.networking.istio.io/dry created (server dry run)\n");
    assertThat(dryRun.stderr())
        .isEqualTo(
            "Warning: would be denied: [unreachable-route] VirtualService shop/dry spec.http[1]:"
                + " no request reaches this route: http[0].match[0] takes all of them, for example"
                + " GET /api/v2 goes to http[0]\n");
    assertThat(live.stored("VirtualService", "shop", "dry").isMissingNode()).isTrue();
  }

  @Test
  void aRouteInsertedAboveAnOldFindingIsNotDeniedButACopyOfABadRouteIs() throws Exception {
    live.applied(Manifests.virtualService("old", API, API_V2));
    live.policy("unreachable-route: deny");

    Kubectl.Result inserted =
        live.kubectl(Manifests.virtualService("old", LOGIN, API, API_V2), "apply");
    assertThat(inserted.exitCode()).as(inserted.stderr()).isZero();
    assertThat(inserted.stderr())
        .startsWith("Warning: [unreachable-route] VirtualService shop/old spec.http[2]: ")
        .endsWith(" (not denied: the stored object already has it)\n");

    Kubectl.Result copied =
        live.kubectl(Manifests.virtualService("old", LOGIN, API, API_V2, API_V2), "apply");
    assertThat(copied.exitCode()).isEqualTo(1);
    assertThat(copied.stderr()).contains("denied the request: 2 findings, 1 denied");
    assertThat(live.stored("VirtualService", "shop", "old").at("/spec/http")).hasSize(3);
  }

  @Test
  void anUpdateThatLeavesTheTemplateAloneRestartsNoPod() throws Exception {
    String deployment = Manifests.deployment("shop", "running");
    live.applied(deployment);
    JsonNode template = template("running");
    live.policy("app-starts-before-proxy: fix");

    Kubectl.Result scaled = live.kubectl(deployment.replace("replicas: 1", "replicas: 2"), "apply");
    assertThat(scaled.exitCode()).as(scaled.stderr()).isZero();
    assertThat(scaled.stderr())
        .startsWith("Warning: [app-starts-before-proxy] Deployment shop/running ")
        .endsWith(" (not fixed: this request does not change it)\n");
    assertThat(live.run("shop", "label", "deployment", "running", "team=cart").exitCode()).isZero();
    assertThat(live.run("shop", "scale", "deployment", "running", "--replicas=3").exitCode())
        .isZero();
    assertThat(template("running")).isEqualTo(template);

    Kubectl.Result changed =
        live.kubectl(deployment.replace("image: running:1", "image: running:2"), "apply");
    assertThat(changed.stderr()).contains("fixed: set holdApplicationUntilProxyStarts: true");
    assertThat(template("running").at("/metadata/annotations/proxy.istio.io~1config").asText())
        .isEqualTo("holdApplicationUntilProxyStarts: true\n");
  }

  private JsonNode template(String name) {
    return live.stored("Deployment", "shop", name).at("/spec/template");
  }

  @Test
  void theRootNamespacesConfigurationIsReviewedAndItsWorkloadsAreNot() throws Exception {
    live.policy("unreachable-route: deny\napp-starts-before-proxy: deny");
    String inRoot =
        Manifests.shadowed("root").replace("namespace: shop", "namespace: istio-system");

    Kubectl.Result route = live.kubectl(inRoot, "apply");
    assertThat(route.exitCode()).isEqualTo(1);
    assertThat(route.stderr()).contains("[unreachable-route] VirtualService istio-system/root");
    live.applied(Manifests.deployment("istio-system", "tool"));
  }

  @Test
  void aNamespaceThatIstiodLeavesOutIsJudgedOnceItIsSelected() throws Exception {
    live.policy("unreachable-route: deny");
    live.controlPlane().createNamespace("legacy", Map.of());
    // Others share this control plane, and their istiod has a mesh configuration too.
    Map<String, String> before = meshConfigurations();
    configure(
        before.keySet(),
        """
        accessLogFile: /dev/stdout
        discoverySelectors:
        - matchExpressions:
          - {key: kubernetes.io/metadata.name, operator: In, values: [istio-system, shop]}
        - matchLabels: {mesh: stable}
        """);
    try {
      Await.until("legacy is left out", () -> saidOf("legacy", "probe").isEmpty());
      live.applied(inNamespace("legacy", "early"));
      assertThat(saidOf("shop", "selected")).contains("would be denied: [unreachable-route]");

      live.run("shop", "label", "namespace", "legacy", "mesh=stable");
      Await.until("legacy is selected", () -> !saidOf("legacy", "probe").isEmpty());
      Kubectl.Result late = live.kubectl(inNamespace("legacy", "late"), "apply");
      assertThat(late.exitCode()).isEqualTo(1);
      assertThat(late.stderr()).contains("[unreachable-route] VirtualService legacy/late");

      live.run("shop", "label", "namespace", "legacy", "mesh-");
      Await.until("legacy is left out again", () -> saidOf("legacy", "probe").isEmpty());
    } finally {
      before.forEach((name, mesh) -> configure(Set.of(name), mesh));
    }
    Await.until("nothing is left out", () -> !saidOf("legacy", "probe").isEmpty());
  }

  private String saidOf(String namespace, String name) throws Exception {
    return live.kubectl(inNamespace(namespace, name), "apply", "--dry-run=server").stderr();
  }

  private static String inNamespace(String namespace, String name) {
    return Manifests.shadowed(name).replace("namespace: shop", "namespace: " + namespace);
  }

  private Map<String, String> meshConfigurations() {
    return live.client().configMaps().inNamespace("istio-system").list().getItems().stream()
        .filter(map -> map.getData() != null && map.getData().containsKey("mesh"))
        .collect(
            Collectors.toMap(map -> map.getMetadata().getName(), map -> map.getData().get("mesh")));
  }

  private void configure(Set<String> names, String mesh) {
    for (String name : names) {
      live.client()
          .configMaps()
          .inNamespace("istio-system")
          .withName(name)
          .edit(map -> new ConfigMapBuilder(map).addToData("mesh", mesh).build());
    }
  }

  @Test
  void whatIsBeingDeletedIsLeftAlone() throws Exception {
    String held = Manifests.with(Manifests.shadowed("held"), "  finalizers: [example.com/hold]\n");
    live.applied(held);
    live.policy("unreachable-route: deny");
    assertThat(live.run("shop", "delete", "virtualservice", "held", "--wait=false").exitCode())
        .isZero();

    Kubectl.Result released =
        live.run(
            "shop",
            "patch",
            "virtualservice",
            "held",
            "--type=merge",
            "-p",
            "{\"metadata\":{\"finalizers\":null}}");
    assertThat(released.stderr()).isEmpty();
    assertThat(live.stored("VirtualService", "shop", "held").isMissingNode()).isTrue();
  }
}
