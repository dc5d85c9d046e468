package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import com.marcnuri.helm.UpgradeCommand;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Installing with kustomize and with Helm, on an API server of its own that is not needed later.
 */
@RequiresControlPlane
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class InstallTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEPLOY = Path.of("deploy").toAbsolutePath().toString();
  private static final String CERT_MANAGER = "cert-manager, issuer: {name: in-house}";
  private static final String CA_BUNDLE = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t";

  private static final String MONITORED =
      """
      serviceMonitor: {enabled: true}
      prometheusRule: {enabled: true}
      dashboard: {enabled: true}
      """;

  private static ControlPlane cluster;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults(),
            Progress.silent());
    kubectl = cluster.kubectl();
    cluster.createNamespace("istio-system", Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  @Order(1)
  void kustomizeGivesWhatHelmGives() throws Exception {
    Map<String, ObjectNode> plain = Manifests.read(run("kustomize", DEPLOY));
    Map<String, ObjectNode> chart = Manifests.read(HelmChart.template(HelmChart.KUBERNETES));
    plain.remove("Namespace/meshguard");
    chart.values().forEach(Manifests::forgetManager);

    assertThat(plain).isEqualTo(chart);
  }

  @Test
  @Order(1)
  void theComponentForMonitoringGivesWhatHelmGives() throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "monitored"));
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: [../../deploy]
        components: [../../deploy/monitoring]
        """);
    Map<String, ObjectNode> plain =
        Manifests.read(run("kustomize", folder.toAbsolutePath().toString()));
    Map<String, ObjectNode> chart =
        Manifests.read(HelmChart.template(HelmChart.KUBERNETES, MONITORED));
    plain.remove("Namespace/meshguard");
    chart.values().forEach(Manifests::forgetManager);

    assertThat(plain).isEqualTo(chart).containsKey("PrometheusRule/meshguard/meshguard");
  }

  /** The overlay that the page shows, in a folder beside that of the manifests. */
  @Test
  @Order(1)
  void anOverlaySetsTheImage() throws Exception {
    String overlay =
        InstallPage.blocks("yaml").stream()
            .filter(InstallPage::isOverlay)
            .findFirst()
            .orElseThrow()
            .replace("../deploy", "../../deploy");
    Path folder = Files.createDirectories(Path.of("target", "overlay"));
    Files.writeString(folder.resolve("kustomization.yaml"), overlay);

    assertThat(
            Manifests.read(run("kustomize", folder.toAbsolutePath().toString()))
                .get("Deployment/meshguard/meshguard")
                .at("/spec/template/spec/containers/0/image")
                .asText())
        .isEqualTo("registry.example.com/team/meshguard:0.1.0");
  }

  @Test
  @Order(2)
  void theApiServerTakesItWithoutAWarningAndAddsNothingToTheWebhooks() throws Exception {
    Kubectl.Result applied = kubectl.run("apply", "-k", DEPLOY);
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
    assertThat(applied.stderr()).isEmpty();
    Kubectl.Result dry = kubectl.run("apply", "--dry-run=server", "-k", DEPLOY);
    assertThat(dry)
        .extracting(Kubectl.Result::exitCode, Kubectl.Result::stderr)
        .containsExactly(0, "");

    for (String kind : new String[] {"Mutating", "Validating"}) {
      ObjectNode written =
          Manifests.read(run("kustomize", DEPLOY)).get(kind + "WebhookConfiguration/meshguard");
      assertThat(stored(kind + "WebhookConfiguration").path("webhooks"))
          .isEqualTo(written.path("webhooks"));
    }
    assertThat(kubectl.run("diff", "-k", DEPLOY)).isEqualTo(new Kubectl.Result(0, "", ""));
  }

  @Test
  @Order(3)
  void theNamespaceTakesNoPodButOneThatIsRestricted() throws Exception {
    ObjectNode pod = pod();
    Kubectl.Result taken = dryCreate(pod);
    assertThat(taken.stderr()).isEmpty();
    assertThat(taken.stdout()).isEqualTo("pod/probe created (server dry run)\n");

    ((ObjectNode) pod.at("/spec/containers/0/securityContext")).remove("capabilities");
    assertThat(dryCreate(pod).stderr())
        .contains("violates PodSecurity \"restricted:latest\": unrestricted capabilities");
  }

  /** All that values can switch on, rendered for older servers too, is taken as it is. */
  @ParameterizedTest
  @ValueSource(strings = {"1.24.17", "1.27.16", "1.28.0", "1.30.4-tke.6", "1.35.0"})
  @Order(3)
  void everyRenderingIsTaken(String kubernetes) throws Exception {
    for (String definition :
        List.of(
            "cert-manager.io/v1/Certificate",
            "monitoring.coreos.com/v1/ServiceMonitor",
            "monitoring.coreos.com/v1/PrometheusRule")) {
      apply(definition(definition.split("/")));
    }
    for (String source : List.of("self", "secret, caBundle: " + CA_BUNDLE, CERT_MANAGER)) {
      String rendered =
          HelmChart.template(kubernetes, MONITORED + "certificates: {source: " + source + "}\n");

      Kubectl.Result dry = kubectl.runWithInput(rendered, "apply", "--dry-run=server", "-f", "-");
      assertThat(dry)
          .as(source)
          .extracting(Kubectl.Result::exitCode, Kubectl.Result::stderr)
          .containsExactly(0, "");
    }
  }

  @Test
  @Order(3)
  void onlyWhoMakesItsOwnCertificateMayWriteWebhooks() throws Exception {
    assertThat(mayPatchWebhooks()).isEqualTo("yes\n");

    apply(
        HelmChart.template(
            HelmChart.KUBERNETES, "certificates: {source: secret, caBundle: " + CA_BUNDLE + "}"));
    assertThat(mayPatchWebhooks()).isEqualTo("no\n");
    run("apply", "-k", DEPLOY);
  }

  @Test
  @Order(4)
  void whatTheServerWritesIsNoDifferenceToKubectl() throws Exception {
    writeAuthority();

    assertThat(kubectl.run("diff", "-k", DEPLOY)).isEqualTo(new Kubectl.Result(0, "", ""));
    run("apply", "-k", DEPLOY);
    assertAuthorityAndPolicyKept();
    Kubectl.Result asArgo =
        kubectl.run(
            "apply",
            "--server-side",
            "--field-manager=argocd-controller",
            "--force-conflicts",
            "-k",
            DEPLOY);
    assertThat(asArgo.exitCode()).as(asArgo.stderr()).isZero();
    assertAuthorityAndPolicyKept();
  }

  @Test
  @Order(5)
  void helmTakesOverWhatCarriesItsMarksAndUpgradesKeepWhatTheServerAndPeopleWrote()
      throws Exception {
    for (ObjectNode object : Manifests.read(HelmChart.template(HelmChart.KUBERNETES)).values()) {
      String name = object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
      String namespace = object.at("/metadata/namespace").asText("default");
      run(
          "-n",
          namespace,
          "annotate",
          name,
          "meta.helm.sh/release-name=meshguard",
          "meta.helm.sh/release-namespace=meshguard");
      run("-n", namespace, "label", name, "app.kubernetes.io/managed-by=Helm");
    }
    Release installed =
        HelmChart.helm()
            .install()
            .withName("meshguard")
            .withNamespace("meshguard")
            .withKubeConfig(cluster.kubeconfig())
            .call();
    assertThat(installed.getStatus()).isEqualTo("deployed");
    assertAuthorityAndPolicyKept();

    for (int replicas : new int[] {3, 2}) {
      Release upgraded = upgrade().set("replicas", replicas).call();
      assertThat(upgraded.getStatus()).isEqualTo("deployed");
      assertThat(stored("Deployment").at("/spec/replicas").asInt()).isEqualTo(replicas);
      assertAuthorityAndPolicyKept();
    }
    Helm.uninstall("meshguard")
        .withNamespace("meshguard")
        .withKubeConfig(cluster.kubeconfig())
        .call();
    assertThat(
            run(
                "get",
                "validatingwebhookconfigurations,mutatingwebhookconfigurations",
                "-o",
                "name"))
        .isEmpty();
    assertThat(run("get", "clusterroles", "meshguard", "--ignore-not-found", "-o", "name"))
        .isEmpty();
  }

  @Test
  @Order(6)
  void aKeyThatValuesSayIsTheirsAtEveryUpgradeAndNoOther() throws Exception {
    HelmChart.helm()
        .install()
        .withName("meshguard")
        .withNamespace("meshguard")
        .withKubeConfig(cluster.kubeconfig())
        .set("policy.data.mesh-gateway-omitted", "warn")
        .call();
    edit("{\"mesh-gateway-omitted\":\"deny\",\"implicit-retries\":\"fix\"}");

    upgrade().set("policy.data.mesh-gateway-omitted", "warn").call();
    JsonNode data = stored("ConfigMap").path("data");
    assertThat(data.path("mesh-gateway-omitted").asText()).isEqualTo("warn");
    assertThat(data.path("implicit-retries").asText()).isEqualTo("fix");

    upgrade().resetValues().call();
    data = stored("ConfigMap").path("data");
    assertThat(data.has("mesh-gateway-omitted")).isFalse();
    assertThat(data.path("implicit-retries").asText()).isEqualTo("fix");
    Helm.uninstall("meshguard")
        .withNamespace("meshguard")
        .withKubeConfig(cluster.kubeconfig())
        .call();
  }

  /** Nothing answers here, and all that can be told to fail does. */
  @Test
  @Order(7)
  void whileTheServerIsGoneItsOwnRepairIsNeverRefused() throws Exception {
    String closed = "webhook: {failurePolicy: Fail}\nreplicas: %d";
    apply(HelmChart.template(HelmChart.KUBERNETES, closed.formatted(2)));
    Kubectl.Result refused = new Kubectl.Result(0, "", "");
    for (int tries = 0; tries < 100 && refused.exitCode() == 0; tries++) {
      refused =
          kubectl.run("create", "service", "clusterip", "shop", "--tcp=80", "--dry-run=server");
      Thread.sleep(100);
    }
    assertThat(refused.stderr()).contains("failed calling webhook \"mutate-mesh.meshguard.io\"");

    run("delete", "clusterrolebinding", "meshguard");
    run("-n", "istio-system", "delete", "rolebinding", "meshguard-mesh");
    run("-n", "meshguard", "delete", "service,deployment,configmap", "--all", "--wait=false");
    apply(HelmChart.template(HelmChart.KUBERNETES, closed.formatted(3)));
    assertThat(stored("Deployment").at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(dryCreate(pod()).stderr()).isEmpty();
    run("apply", "-k", DEPLOY);
    assertThat(stored("MutatingWebhookConfiguration").findValuesAsText("failurePolicy"))
        .containsOnly("Ignore");
    run("create", "service", "clusterip", "shop", "--tcp=80", "--dry-run=server");
  }

  private static UpgradeCommand upgrade() {
    return HelmChart.helm()
        .upgrade()
        .withName("meshguard")
        .withNamespace("meshguard")
        .withKubeConfig(cluster.kubeconfig());
  }

  private static String mayPatchWebhooks() throws Exception {
    return kubectl
        .run(
            "auth",
            "can-i",
            "patch",
            "validatingwebhookconfigurations/meshguard",
            "--as=system:serviceaccount:meshguard:meshguard")
        .stdout();
  }

  private static void apply(String manifests) throws Exception {
    Kubectl.Result result = kubectl.runWithInput(manifests, "apply", "-f", "-");
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }

  /** Returns a definition of a kind that says nothing of its fields. */
  private static String definition(String... kind) {
    String plural = kind[2].toLowerCase(Locale.ROOT) + "s";
    return """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: %1$s.%2$s}
    spec:
      group: %2$s
      names: {kind: %3$s, plural: %1$s}
      scope: Namespaced
      versions:
      - name: %4$s
        served: true
        storage: true
        schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
    """
        .formatted(plural, kind[0], kind[2], kind[1]);
  }

  /** Returns a Pod as the Deployment makes them. */
  private static ObjectNode pod() {
    JsonNode template =
        Manifests.read(HelmChart.template(HelmChart.KUBERNETES))
            .get("Deployment/meshguard/meshguard")
            .at("/spec/template");
    ObjectNode pod = JsonNodeFactory.instance.objectNode().put("apiVersion", "v1");
    pod.put("kind", "Pod");
    pod.putObject("metadata")
        .put("name", "probe")
        .put("namespace", "meshguard")
        .set("labels", template.at("/metadata/labels"));
    pod.set("spec", template.path("spec").deepCopy());
    return pod;
  }

  private static void edit(String data) throws Exception {
    run(
        "-n",
        "meshguard",
        "patch",
        "configmap",
        "meshguard-policy",
        "--type",
        "merge",
        "-p",
        "{\"data\":" + data + "}");
  }

  /** Writes as the server does at run time, and edits the policy as people do. */
  private static void writeAuthority() throws Exception {
    for (String kind : new String[] {"Mutating", "Validating"}) {
      JsonNode stored = stored(kind + "WebhookConfiguration");
      ObjectNode patch = JsonNodeFactory.instance.objectNode();
      patch.put("apiVersion", "admissionregistration.k8s.io/v1");
      patch
          .put("kind", kind + "WebhookConfiguration")
          .putObject("metadata")
          .put("name", "meshguard");
      var webhooks = patch.putArray("webhooks");
      stored
          .path("webhooks")
          .forEach(
              webhook ->
                  webhooks
                      .addObject()
                      .put("name", webhook.path("name").asText())
                      .putObject("clientConfig")
                      .put("caBundle", CA_BUNDLE));
      Kubectl.Result result =
          kubectl.runWithInput(
              patch.toString(),
              "apply",
              "--server-side",
              "--field-manager=meshguard-ca",
              "-f",
              "-");
      assertThat(result.exitCode()).as(result.stderr()).isZero();
    }
    edit("{\"implicit-retries\":\"fix\"}");
  }

  private static void assertAuthorityAndPolicyKept() throws Exception {
    for (String kind : new String[] {"Mutating", "Validating"}) {
      JsonNode webhooks = stored(kind + "WebhookConfiguration").path("webhooks");
      assertThat(webhooks.findValuesAsText("caBundle"))
          .hasSize(webhooks.size())
          .containsOnly(CA_BUNDLE);
    }
    assertThat(stored("ConfigMap").at("/data/implicit-retries").asText()).isEqualTo("fix");
  }

  private static JsonNode stored(String kind) throws Exception {
    String name = kind.equals("ConfigMap") ? "meshguard-policy" : "meshguard";
    return JSON.readTree(run("get", kind, name, "-n", "meshguard", "-o", "json"));
  }

  private static Kubectl.Result dryCreate(ObjectNode object) throws Exception {
    return kubectl.runWithInput(object.toString(), "create", "--dry-run=server", "-f", "-");
  }

  private static String run(String... arguments) throws Exception {
    Kubectl.Result result = kubectl.run(arguments);
    assertThat(result.exitCode())
        .as("%s: %s", String.join(" ", arguments), result.stderr())
        .isZero();
    return result.stdout();
  }
}
