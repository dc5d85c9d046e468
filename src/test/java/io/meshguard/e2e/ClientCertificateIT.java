package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.admission.TrustAll;
import io.meshguard.controlplane.ClientCertificates;
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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that answers only API servers that show a certificate, and an API server that is set up
 * as {@code docs/install.md} says.
 */
@RequiresControlPlane
final class ClientCertificateIT {

  private static final Path PAGE = Path.of("docs", "install.md");

  /** Where the page has the files of a control plane node. */
  private static final String NODE = "/etc/kubernetes";

  private static final String NAME = "kube-apiserver";
  private static final String NONE =
      """
      apiVersion: apiserver.config.k8s.io/v1
      kind: AdmissionConfiguration
      plugins: []
      """;

  /** The Service of the chart; an API server without a cluster around it reaches only this type. */
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: meshguard, namespace: meshguard}
      spec: {type: ExternalName, externalName: localhost}
      """;

  private static final String POLICY =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: meshguard-policy, namespace: meshguard}
      data:
        policy.yaml: 'rules: {"*": "off"}'
        unreachable-route: deny
      """;

  /** What the page about trouble says; which of the two depends on the server's Java. */
  private static final Pattern TURNED_AWAY =
      Pattern.compile("failing open .*remote error: tls: (certificate required|bad certificate)");

  @TempDir private Path folder = Path.of("");

  @Test
  void onlyAnApiServerThatIsSetUpAsThePageSaysIsAnswered() throws Exception {
    ClientCertificates authority = ClientCertificates.create("webhook-callers");
    Path trusted = Files.writeString(folder.resolve("ca.crt"), authority.authorityPem());
    Path admission = Files.writeString(folder.resolve("admission.yaml"), NONE);
    try (ControlPlane controlPlane =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults()
                .withApiServerFlags(Map.of("admission-control-config-file", admission.toString())),
            Progress.silent())) {
      controlPlane.applyCrds(IstioCrds.load(Progress.silent()).yaml());
      controlPlane.createNamespace("shop", Map.of());
      controlPlane.createNamespace("meshguard", Map.of());
      applied(controlPlane, SERVICE);
      applied(controlPlane, POLICY);
      ServerProcess server = ServerProcess.launch(controlPlane, settings(controlPlane, trusted));
      applied(controlPlane, registration(server));
      server.awaitReady();
      assertThat(server.log()).contains("accepting only clients with a certificate");
      assertThatThrownBy(() -> withoutCertificate(server)).isInstanceOf(IOException.class);

      Await.until("the API server is turned away", () -> letInUnjudged(controlPlane));
      assertThat(server.metric("meshguard_reviews_total", "")).isZero();

      writeFilesOfThePage(authority, admission, server.port());
      controlPlane.apiServer().restart();
      controlPlane.awaitReady();
      Await.until(
          "the API server is answered", () -> create(controlPlane).contains("would be denied"));
      assertThat(server.metric("meshguard_reviews_total", "")).isPositive();
      assertThatThrownBy(() -> withoutCertificate(server)).isInstanceOf(IOException.class);
      server.end();
    }
  }

  /**
   * Writes what step 2 has in two files, and the certificate that they name. In a cluster the
   * Service has port 443, which an API server does not look for in the user's name.
   */
  private void writeFilesOfThePage(ClientCertificates authority, Path admission, int port)
      throws IOException {
    Files.writeString(admission, documented("kind: AdmissionConfiguration"));
    String user = "name: meshguard.meshguard.svc";
    String clients = documented(user);
    Files.writeString(
        folder.resolve("webhook-clients.yaml"), clients.replace(user, user + ":" + port));
    Path pki = Files.createDirectory(folder.resolve("pki"));
    authority.write(pki, NAME);
    Files.move(pki.resolve("client.crt"), pki.resolve("webhook-client.crt"));
    Files.move(pki.resolve("client.key"), pki.resolve("webhook-client.key"));
  }

  /**
   * Returns the file on the page that has a line, with the folder of this test as that of a node.
   */
  private String documented(String line) throws IOException {
    String block =
        Arrays.stream(Files.readString(PAGE).split("```"))
            .filter(text -> text.startsWith("yaml\n") && text.contains(line))
            .findFirst()
            .orElseThrow();
    return block.substring(block.indexOf('\n') + 1).stripIndent().replace(NODE, folder.toString());
  }

  private static ServerProcess.Settings settings(ControlPlane controlPlane, Path trusted) {
    return new ServerProcess.Settings(
        "meshguard",
        controlPlane.kubeconfig(),
        false,
        Map.of(
            "MESHGUARD_CLUSTER_AUTHORITY_SECRET",
            "meshguard-ca",
            "MESHGUARD_CLIENT_CA_FILE",
            trusted.toString(),
            "MESHGUARD_CLIENT_NAMES",
            NAME),
        Optional.empty());
  }

  /** Returns what the chart registers, which goes by the Service; the server adds its authority. */
  private static String registration(ServerProcess server) {
    ObjectNode configuration =
        new WebhookConfigurations(
                Catalogue.infos(),
                new WebhookConfigurations.Options(
                    "meshguard",
                    "meshguard",
                    "meshguard",
                    Optional.empty(),
                    Optional.empty(),
                    Set.of("istio-system"),
                    true))
            .validating();
    configuration
        .path("webhooks")
        .forEach(
            entry -> ((ObjectNode) entry.at("/clientConfig/service")).put("port", server.port()));
    return configuration.toString();
  }

  private static void applied(ControlPlane controlPlane, String manifest) throws Exception {
    Kubectl.Result applied = controlPlane.kubectl().runWithInput(manifest, "apply", "-f", "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }

  /** Tells whether an object that is to be denied is let in, for the reason that is expected. */
  private static boolean letInUnjudged(ControlPlane controlPlane) throws Exception {
    assertThat(create(controlPlane)).isEmpty();
    return TURNED_AWAY.matcher(controlPlane.apiServer().lastLines(200)).find();
  }

  private static String create(ControlPlane controlPlane) throws Exception {
    return controlPlane
        .kubectl()
        .runWithInput(Manifests.shadowed("asked"), "create", "--dry-run=server", "-f", "-")
        .stderr();
  }

  private static void withoutCertificate(ServerProcess server) throws Exception {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(TrustAll.context())
            .build();
    client.send(
        HttpRequest.newBuilder(server.address().resolve("/validate"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }
}
