package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.Kubectl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Meshguard as the webhook of a real API server, and the ways in which people use the two. */
final class Live implements AutoCloseable {

  static final String NAMESPACE = "meshguard";
  static final String POLICY = "meshguard-policy";

  private static final String BASE = "contact: \"#mesh-help\"\nrules: {\"*\": \"off\"}\n";
  private static final Pattern REF = Pattern.compile("ref: [0-9a-f]{8}\\b");

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final ServerProcess server;

  private Live(ControlPlane controlPlane, KubernetesClient client, ServerProcess server) {
    this.controlPlane = controlPlane;
    this.client = client;
    this.server = server;
  }

  /** Creates the mesh, starts the server and returns when the API server calls it. */
  static Live start(ControlPlane controlPlane) throws IOException, InterruptedException {
    Kubectl.Result mesh =
        controlPlane.kubectl().runWithInput(Manifests.resource("mesh.yaml"), "apply", "-f", "-");
    assertThat(mesh.exitCode()).as(mesh.stderr()).isZero();
    Config config = Config.fromKubeconfig(controlPlane.kubeconfig().toFile());
    // by itself it asks again for twenty seconds when something is refused for want of an answer
    config.setRequestRetryBackoffLimit(0);
    config.setClientKeyAlgo("EC");
    Live live =
        new Live(
            controlPlane,
            new KubernetesClientBuilder().withConfig(config).build(),
            ServerProcess.start(controlPlane));
    live.policy("unreachable-route: fix");
    live.awaitCall("fixed: ");
    live.policy("unreachable-route: warn");
    live.awaitCall("no request reaches");
    return live;
  }

  /** An API server takes notice of new webhooks a moment after they are written. */
  private void awaitCall(String said) throws InterruptedException {
    String manifest = Manifests.shadowed("probe");
    Await.until(
        "the API server calls the webhook",
        () -> kubectl(manifest, "apply", "--dry-run=server").stderr().contains(said));
  }

  /** Puts a policy in force in which all rules are off but for these toggles, one a line. */
  void policy(String toggles) throws IOException, InterruptedException {
    policy(toggles, "");
  }

  /** Puts a policy in force, with more lines in its policy.yaml. */
  void policy(String toggles, String yaml) throws IOException, InterruptedException {
    Map<String, String> data = new TreeMap<>();
    data.put("policy.yaml", BASE + yaml);
    toggles
        .lines()
        .map(line -> line.split(": ", 2))
        .forEach(toggle -> data.put(toggle[0], toggle[1]));
    ConfigMap stored = client.configMaps().inNamespace(NAMESPACE).withName(POLICY).get();
    if (stored != null && data.equals(stored.getData())) {
      return;
    }
    long before = server.policyGeneration();
    ConfigMap policy =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName(POLICY)
            .endMetadata()
            .withData(data)
            .build();
    client.resource(policy).unlock().createOr(NonDeletingOperation::update);
    Await.until("the policy is in force", () -> server.policyGeneration() > before);
  }

  ControlPlane controlPlane() {
    return controlPlane;
  }

  KubernetesClient client() {
    return client;
  }

  ServerProcess server() {
    return server;
  }

  /** Runs kubectl with manifests on its standard input, as the user who may do everything. */
  Kubectl.Result kubectl(String manifests, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.add("-f");
    line.add("-");
    return controlPlane.kubectl().runWithInput(manifests, line.toArray(String[]::new));
  }

  /** Runs kubectl in a namespace, as the user who may do everything. */
  Kubectl.Result run(String namespace, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("-n", namespace));
    line.addAll(List.of(arguments));
    return controlPlane.kubectl().run(line.toArray(String[]::new));
  }

  /** Applies a manifest about which nothing is to be said. */
  void applied(String manifest) throws IOException, InterruptedException {
    Kubectl.Result result = kubectl(manifest, "apply");
    assertThat(result.stderr()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  /** Checks that applying the manifest again would change nothing. */
  void assertUnchanged(String manifest) throws IOException, InterruptedException {
    Kubectl.Result diff = kubectl(manifest, "diff");
    assertThat(diff.stdout()).isEmpty();
    assertThat(diff.exitCode()).as(diff.stderr()).isZero();
  }

  /** Returns an object as it is stored; missing where it is not. */
  JsonNode stored(String kind, String namespace, String name) {
    var resources = client.genericKubernetesResources(apiVersion(kind), kind);
    GenericKubernetesResource found =
        namespace.isEmpty()
            ? resources.withName(name).get()
            : resources.inNamespace(namespace).withName(name).get();
    return found == null ? MissingNode.getInstance() : new ObjectMapper().valueToTree(found);
  }

  private static String apiVersion(String kind) {
    return switch (kind) {
      case "VirtualService", "DestinationRule" -> "networking.istio.io/v1";
      case "Deployment" -> "apps/v1";
      case "Role" -> "rbac.authorization.k8s.io/v1";
      default -> "v1";
    };
  }

  /** Returns what kubectl says on standard error, with the part that is never the same replaced. */
  static String said(Kubectl.Result result) {
    return REF.matcher(result.stderr()).replaceAll("ref: REF");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    client.close();
    server.end();
  }
}
