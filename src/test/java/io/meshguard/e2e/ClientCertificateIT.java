package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshguard.admission.TrustAll;
import io.meshguard.controlplane.ClientCertificates;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.IstioCrds;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that answers only an API server that shows the certificate it was told to show. */
@RequiresControlPlane
final class ClientCertificateIT {

  private static final String NAME = "kube-apiserver-webhooks";
  private static final String ADMISSION =
      """
      apiVersion: apiserver.config.k8s.io/v1
      kind: AdmissionConfiguration
      plugins:
      - name: MutatingAdmissionWebhook
        configuration: &webhooks
          apiVersion: apiserver.config.k8s.io/v1
          kind: WebhookAdmissionConfiguration
          kubeConfigFile: %s
      - name: ValidatingAdmissionWebhook
        configuration: *webhooks
      """;
  private static final String CLIENTS =
      """
      apiVersion: v1
      kind: Config
      users:
      - name: "*"
        user: {client-certificate: %1$s/client.crt, client-key: %1$s/client.key}
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void onlyTheApiServerIsAnswered() throws Exception {
    ClientCertificates authority = ClientCertificates.create("webhook-callers");
    authority.write(folder, NAME);
    Path trusted = Files.writeString(folder.resolve("ca.crt"), authority.authorityPem());
    Path clients = Files.writeString(folder.resolve("clients.yaml"), CLIENTS.formatted(folder));
    Path admission =
        Files.writeString(folder.resolve("admission.yaml"), ADMISSION.formatted(clients));
    try (ControlPlane controlPlane =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults()
                .withApiServerFlags(Map.of("admission-control-config-file", admission.toString())),
            Progress.silent())) {
      controlPlane.applyCrds(IstioCrds.load(Progress.silent()).yaml());
      controlPlane.createNamespace("shop", Map.of());
      ServerProcess server = ServerProcess.launch(controlPlane, settings(controlPlane, trusted));
      server.awaitReady();

      Await.until("the API server is answered", () -> denied(controlPlane));
      assertThatThrownBy(() -> withoutCertificate(server)).isInstanceOf(IOException.class);
      assertThat(server.log()).contains("only callers with a certificate");
      server.end();
    }
  }

  private static ServerProcess.Settings settings(ControlPlane controlPlane, Path trusted) {
    return new ServerProcess.Settings(
        "meshguard",
        controlPlane.kubeconfig(),
        true,
        Map.of("MESHGUARD_CLIENT_CA_FILE", trusted.toString(), "MESHGUARD_CLIENT_NAMES", NAME),
        Optional.empty());
  }

  private static boolean denied(ControlPlane controlPlane) throws Exception {
    Kubectl.Result apply =
        controlPlane
            .kubectl()
            .runWithInput(Manifests.shadowed("asked"), "create", "--dry-run=server", "-f", "-");
    return apply.stderr().contains("[unreachable-route]");
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
