package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Installing with kustomize and with Helm, on an API server of its own that is not needed later.
 */
@RequiresControlPlane
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class InstallTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEPLOY = Path.of("deploy").toAbsolutePath().toString();
  private static final String CA_BUNDLE = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t";

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
    run("apply", "-f", DEPLOY + "/namespace.yaml");
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
  @Order(2)
  void theApiServerTakesItWithoutAWarningAndAddsNothingToTheWebhooks() throws Exception {
    Kubectl.Result dry = kubectl.run("apply", "--dry-run=server", "-k", DEPLOY);
    assertThat(dry)
        .extracting(Kubectl.Result::exitCode, Kubectl.Result::stderr)
        .containsExactly(0, "");
    Kubectl.Result applied = kubectl.run("apply", "-k", DEPLOY);
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
    assertThat(applied.stderr()).isEmpty();

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

    Kubectl.Result taken = dryCreate(pod);
    assertThat(taken.stderr()).isEmpty();
    assertThat(taken.stdout()).isEqualTo("pod/probe created (server dry run)\n");

    ((ObjectNode) pod.at("/spec/containers/0/securityContext")).remove("capabilities");
    assertThat(dryCreate(pod).stderr())
        .contains("violates PodSecurity \"restricted:latest\": unrestricted capabilities");
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
    for (String file : PlainManifests.all().keySet()) {
      // no controller runs here that would let a namespace go
      if (!file.equals("namespace.yaml") && !file.equals("kustomization.yaml")) {
        run("delete", "--wait=false", "-f", DEPLOY + "/" + file);
      }
    }
  }

  @Test
  @Order(5)
  void upgradesWithHelmKeepWhatTheServerAndPeopleWrote() throws Exception {
    Release installed =
        HelmChart.helm()
            .install()
            .withName("meshguard")
            .withNamespace("meshguard")
            .withKubeConfig(cluster.kubeconfig())
            .call();
    assertThat(installed.getStatus()).isEqualTo("deployed");
    writeAuthority();

    for (int replicas : new int[] {3, 2}) {
      Release upgraded =
          HelmChart.helm()
              .upgrade()
              .withName("meshguard")
              .withNamespace("meshguard")
              .withKubeConfig(cluster.kubeconfig())
              .set("replicas", replicas)
              .call();
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
    run(
        "-n",
        "meshguard",
        "patch",
        "configmap",
        "meshguard-policy",
        "--type",
        "merge",
        "-p",
        "{\"data\":{\"implicit-retries\":\"fix\"}}");
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
