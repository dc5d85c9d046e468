package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.LintResult;
import io.meshguard.server.webhook.WebhookConfigurations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart as Helm renders it. */
final class ChartTest {

  private static final String WORKLOADS = "validate-workloads.meshguard.io";
  private static final String MESH = "validate-mesh.meshguard.io";
  private static final String ACCESS = "validate-access.meshguard.io";
  private static final String POLICY = "policy.meshguard.io";

  @ParameterizedTest
  @CsvSource({
    "1.24.17, false",
    "1.27.16, false",
    "1.28.0, true",
    "1.30.4-tke.6, true",
    "1.35.0, true",
  })
  void registersWhatTheCodeWouldFor(String kubernetes, boolean conditions) {
    Map<String, ObjectNode> objects =
        Manifests.read(HelmChart.template(kubernetes, "guard", "meshNamespaces: [mesh, istio]"));
    WebhookConfigurations code = ChartFiles.webhooks("guard", Set.of("mesh", "istio"), conditions);

    assertThat(webhooks(objects, "Mutating")).isEqualTo(code.mutating().path("webhooks"));
    assertThat(webhooks(objects, "Validating")).isEqualTo(code.validating().path("webhooks"));
  }

  @Test
  void rendersTheSameTwiceAndLooksNothingUp() throws Exception {
    assertThat(HelmChart.template(HelmChart.KUBERNETES))
        .isEqualTo(HelmChart.template(HelmChart.KUBERNETES));
    try (var templates = java.nio.file.Files.list(HelmChart.FOLDER.resolve("templates"))) {
      assertThat(templates.map(Golden::read))
          .isNotEmpty()
          .noneMatch(text -> text.matches("(?s).*\\b(lookup|rand\\w+|gen\\w+|uuidv4|now)\\b.*"));
    }
  }

  @Test
  void helmFindsNothingToComplainOf() {
    LintResult result = HelmChart.helm().lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void namespacesItWouldNotSurviveAreLeftOut() {
    Map<String, ObjectNode> objects =
        Manifests.read(
            HelmChart.template(
                HelmChart.KUBERNETES,
                """
                webhook:
                  failurePolicy: Fail
                  timeoutSeconds: 5
                  namespaceSelector: [{key: mesh, operator: Exists}]
                """));
    JsonNode webhooks = webhooks(objects, "Validating");

    assertThat(excluded(webhooks, WORKLOADS))
        .contains("meshguard", "kube-system", "kube-public", "kube-node-lease", "istio-system");
    assertThat(excluded(webhooks, MESH))
        .contains("meshguard", "kube-system")
        .doesNotContain("istio-system");
    for (String name : List.of(WORKLOADS, MESH)) {
      JsonNode webhook = webhook(webhooks, name);
      assertThat(webhook.path("failurePolicy").asText()).isEqualTo("Fail");
      assertThat(webhook.path("timeoutSeconds").asInt()).isEqualTo(5);
      assertThat(webhook.at("/namespaceSelector/matchExpressions/1/key").asText())
          .isEqualTo("mesh");
    }
    for (String name : List.of(ACCESS, POLICY)) {
      assertThat(webhook(webhooks, name).path("failurePolicy").asText())
          .as("its own repair never depends on the server: %s", name)
          .isEqualTo("Ignore");
    }
  }

  @Test
  void theSwitchesOfTkeAreReadByNameOnlyOrNotAtAll() {
    String role = "Role/kube-system/meshguard-single";
    JsonNode rules =
        Manifests.read(HelmChart.template(HelmChart.KUBERNETES)).get(role).path("rules");
    Map<String, ObjectNode> without =
        Manifests.read(HelmChart.template(HelmChart.KUBERNETES, "readTkeSwitches: false"));

    assertThat(rules).hasSize(1);
    assertThat(rules.at("/0/resourceNames").toString())
        .isEqualTo("[\"tke-service-controller-config\"]");
    assertThat(rules.at("/0/verbs").toString()).isEqualTo("[\"list\",\"watch\"]");
    assertThat(without.keySet()).noneMatch(name -> name.contains("kube-system"));
  }

  @Test
  void ownersAreReadOnlyWhereTheyAreToldOfFindings() {
    String role = "ClusterRole/meshguard";
    String with =
        Manifests.read(HelmChart.template(HelmChart.KUBERNETES)).get(role).path("rules").toString();
    String without =
        Manifests.read(HelmChart.template(HelmChart.KUBERNETES, "ownerEvents: false"))
            .get(role)
            .path("rules")
            .toString();

    assertThat(with).contains("applications", "helmreleases", "kustomizations");
    assertThat(without).doesNotContain("applications", "helmreleases", "kustomizations");
    assertThat(with.split("\"events\"", -1)).hasSize(3);
    assertThat(without.split("\"events\"", -1)).hasSize(2);
  }

  @Test
  void certificatesOfOthersNeedNoRightToWrite() {
    String caBundle = "LS0tLS1CRUdJTg==";
    String secret =
        HelmChart.template(
            HelmChart.KUBERNETES, "certificates: {source: secret, caBundle: " + caBundle + "}");
    String certManager =
        HelmChart.template(
            HelmChart.KUBERNETES, "certificates: {source: cert-manager, issuer: {name: in-house}}");

    for (String rendered : List.of(secret, certManager)) {
      Map<String, ObjectNode> objects = Manifests.read(rendered);
      for (JsonNode right : objects.get("ClusterRole/meshguard").path("rules")) {
        if (right.path("apiGroups").toString().contains("admissionregistration.k8s.io")) {
          assertThat(right.path("verbs").toString()).isEqualTo("[\"list\",\"watch\"]");
          assertThat(right.path("resources").toString())
              .isEqualTo("[\"mutatingwebhookconfigurations\"]");
        }
      }
      assertThat(objects.get("Role/meshguard/meshguard").toString()).doesNotContain("secrets");
      JsonNode pod = objects.get("Deployment/meshguard/meshguard").at("/spec/template/spec");
      assertThat(pod.at("/volumes/1/secret/secretName").asText()).isEqualTo("meshguard-tls");
      assertThat(pod.at("/containers/0/env").findValuesAsText("name"))
          .contains("MESHGUARD_CLUSTER_CERTIFICATE_DIRECTORY")
          .doesNotContain("MESHGUARD_CLUSTER_AUTHORITY_SECRET");
    }
    assertThat(webhooks(Manifests.read(secret), "Validating").findValuesAsText("caBundle"))
        .containsOnly(caBundle)
        .hasSize(4);
    Map<String, ObjectNode> objects = Manifests.read(certManager);
    assertThat(objects.get("Certificate/meshguard/meshguard").at("/spec/issuerRef/name").asText())
        .isEqualTo("in-house");
    assertThat(
            objects
                .get("ValidatingWebhookConfiguration/meshguard")
                .at("/metadata/annotations")
                .toString())
        .isEqualTo("{\"cert-manager.io/inject-ca-from\":\"meshguard/meshguard\"}");
  }

  @Test
  void thePolicyIsToldOfOtherRootNamespaces() {
    String values =
        """
        meshNamespaces: [mesh]
        policy: {data: {implicit-retries: warn, policy.yaml: "language: zh\\n"}}
        """;
    JsonNode data =
        Manifests.read(HelmChart.template(HelmChart.KUBERNETES, values))
            .get("ConfigMap/meshguard/meshguard-policy")
            .path("data");

    assertThat(data.path("implicit-retries").asText()).isEqualTo("warn");
    assertThat(data.path("policy.yaml").asText())
        .isEqualTo("meshNamespaces: [\"mesh\"]\nlanguage: zh\n");
    assertThat(
            Manifests.read(HelmChart.template(HelmChart.KUBERNETES))
                .get("ConfigMap/meshguard/meshguard-policy")
                .path("data")
                .toString())
        .as("nothing to be reverted where nothing is said")
        .isEqualTo("{}");
  }

  @Test
  void anImageCanBePinned() {
    String digest = "sha256:" + "0a".repeat(32);
    String values = "image: {registry: r.example.com, digest: \"" + digest + "\"}";

    assertThat(
            Manifests.read(HelmChart.template(HelmChart.KUBERNETES, values))
                .get("Deployment/meshguard/meshguard")
                .at("/spec/template/spec/containers/0/image")
                .asText())
        .isEqualTo("r.example.com/meshguard/meshguard@" + digest);
  }

  @Test
  void everyPartCanBeSwitched() {
    Map<String, ObjectNode> objects =
        Manifests.read(
            HelmChart.template(
                HelmChart.KUBERNETES,
                """
                replicas: 3
                image: {registry: registry.example.com, tag: "9", pullSecrets: [{name: pull}]}
                hostNetwork: true
                priorityClassName: ""
                managementPort: 9100
                webhook: {port: 10250, clients: {configMap: callers, names: [a, b]}}
                nodeSelector: {pool: system}
                tolerations: [{key: system, operator: Exists}]
                affinity: {nodeAffinity: {}}
                extraEnv: [{name: LOG, value: debug}]
                podAnnotations: {a: b}
                podLabels: {c: d}
                policy: {create: false}
                tracing: {endpoint: "http://collector:4318"}
                networkPolicy: {webhookCidrs: [10.0.0.0/8]}
                podDisruptionBudget: {enabled: false}
                serviceMonitor: {enabled: true, labels: {release: prometheus}}
                """));
    JsonNode deployment = objects.get("Deployment/meshguard/meshguard");
    JsonNode pod = deployment.at("/spec/template/spec");

    assertThat(pod.at("/containers/0/image").asText())
        .isEqualTo("registry.example.com/meshguard/meshguard:9");
    assertThat(pod.at("/containers/0/ports").findValuesAsText("containerPort"))
        .containsExactly("10250", "9100");
    assertThat(pod.path("hostNetwork").asBoolean()).isTrue();
    assertThat(pod.path("affinity").has("nodeAffinity")).isTrue();
    assertThat(pod.at("/containers/0/env").findValuesAsText("name"))
        .contains("LOG", "MESHGUARD_TRACING_ENDPOINT");
    assertThat(pod.at("/containers/0/env").toString())
        .contains(
            "{\"name\":\"MESHGUARD_CLIENT_CA_FILE\",\"value\":\"/etc/meshguard/clients/ca.crt\"}")
        .contains("{\"name\":\"MESHGUARD_CLIENT_NAMES\",\"value\":\"a,b\"}");
    assertThat(pod.path("volumes").toString()).contains("{\"name\":\"callers\"}");
    assertThat(pod.has("priorityClassName")).isFalse();
    assertThat(deployment.at("/spec/strategy/rollingUpdate/maxSurge").asInt(-1)).isZero();
    assertThat(deployment.at("/spec/template/metadata/labels/c").asText()).isEqualTo("d");
    assertThat(objects.keySet())
        .contains("ServiceMonitor/meshguard/meshguard")
        .doesNotContain(
            "ConfigMap/meshguard/meshguard-policy", "PodDisruptionBudget/meshguard/meshguard");
    assertThat(
            objects.get("NetworkPolicy/meshguard/meshguard").at("/spec/ingress/0/from").toString())
        .isEqualTo("[{\"ipBlock\":{\"cidr\":\"10.0.0.0/8\"}}]");
    assertThat(
            Manifests.read(
                    HelmChart.template(HelmChart.KUBERNETES, "networkPolicy: {enabled: false}"))
                .keySet())
        .doesNotContain("NetworkPolicy/meshguard/meshguard");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replicas: 0 | replicas | minimum: got 0, want 1",
        "image: {digest: latest} | digest | does not match pattern",
        "replica: 2 | additional properties 'replica' not allowed |",
        "webhook: {failurePolicy: Warn} | webhook | value must be one of 'Ignore', 'Fail'",
        "webhook: {timeoutSeconds: 31} | timeoutSeconds | maximum: got 31, want 30",
        "webhook: {port: http} | port | got string, want integer",
        "meshNamespaces: [] | meshNamespaces | minItems: got 0, want 1",
        "certificates: {source: vault} | source | value must be one of",
        "certificates: {source: secret} | certificates.caBundle is needed |",
        "certificates: {source: cert-manager} | certificates.issuer.name is needed |",
        "policy: {data: {implicit-retries: {mode: warn}}} | data | got object, want string",
        "networkPolicy: {webhookCidrs: []} | webhookCidrs | minItems",
        "tracing: {endpoint: collector} | endpoint | does not match pattern",
        "prometheusRule: {runbookUrl: ''} | runbookUrl | minLength",
        "dashboard: {labels: {grafana_dashboard: 1}} | grafana_dashboard | want string",
      })
  void wrongValuesAreRefused(String values, String place, String reason) {
    assertThatThrownBy(() -> HelmChart.template(HelmChart.KUBERNETES, values))
        .hasMessageContaining(place)
        .hasMessageContaining(reason == null ? "" : reason);
  }

  @Test
  void valuesOnThePageAreTaken() {
    Map<String, ObjectNode> defaults = Manifests.read(HelmChart.template(HelmChart.KUBERNETES));
    List<String> examples =
        InstallPage.blocks("yaml").stream().filter(block -> !InstallPage.isOverlay(block)).toList();

    assertThat(examples)
        .hasSizeGreaterThan(5)
        .allSatisfy(
            values ->
                assertThat(Manifests.read(HelmChart.template(HelmChart.KUBERNETES, values)))
                    .isNotEqualTo(defaults));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.23.17", "1.16.0"})
  void olderClustersAreRefused(String kubernetes) {
    assertThatThrownBy(() -> HelmChart.template(kubernetes))
        .hasMessageContaining("kubeVersion: >=1.24.0-0");
  }

  private static JsonNode webhooks(Map<String, ObjectNode> objects, String kind) {
    return objects.get(kind + "WebhookConfiguration/meshguard").path("webhooks");
  }

  private static JsonNode webhook(JsonNode webhooks, String name) {
    for (JsonNode webhook : webhooks) {
      if (webhook.path("name").asText().equals(name)) {
        return webhook;
      }
    }
    throw new AssertionError("no entry " + name);
  }

  private static List<String> excluded(JsonNode webhooks, String name) {
    List<String> names = new ArrayList<>();
    webhook(webhooks, name)
        .at("/namespaceSelector/matchExpressions/0/values")
        .forEach(value -> names.add(value.asText()));
    return names;
  }
}
