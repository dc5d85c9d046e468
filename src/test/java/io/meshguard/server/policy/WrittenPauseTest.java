package io.meshguard.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.kube.Clients;
import io.meshguard.kube.ClusterReader;
import io.meshguard.kube.StoredWebhooks;
import io.meshguard.kube.WebhookSwitch;
import io.meshguard.pause.Pause;
import io.meshguard.server.webhook.Registration;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A hard pause that this process has never heard of. */
@RequiresControlPlane
class WrittenPauseTest {

  private static final String NAMESPACE = "written-pause";

  private static final String CONFIGURATION =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: written-pause, labels: {app.kubernetes.io/name: meshguard}}
      webhooks:
      - name: validate-mesh.meshguard.io
        admissionReviewVersions: [v1]
        sideEffects: None
        failurePolicy: Ignore
        clientConfig: {url: "https://127.0.0.1:1/validate"}
        rules:
        - {apiGroups: [nothing.example], apiVersions: [v1], operations: [CREATE], resources: [none]}
      """;

  @Test
  void itIsUndoneOnlyWhereItIsReadThatItIsOver(ControlPlane cluster) throws Exception {
    cluster.createNamespace(NAMESPACE, Map.of());
    Kubectl.Result applied = cluster.kubectl().runWithInput(CONFIGURATION, "apply", "-f", "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
    Config config = Clients.config(cluster);
    Config other = Clients.config(cluster.kubeconfigFor("nobody"));
    try (KubernetesClient client = ClusterReader.client(config);
        KubernetesClient nobody = ClusterReader.client(other)) {
      Registration registration = new Registration(client, NAMESPACE);
      WrittenPause written = new WrittenPause(client, NAMESPACE, Clock.systemUTC());
      write(client, Instant.now().plusSeconds(600));
      new WebhookSwitch(client).relax(stored(client));

      registration.restore(written::isOver);
      assertThat(stored(client).relaxed()).as("it is in force").isOne();
      registration.restore(new WrittenPause(nobody, NAMESPACE, Clock.systemUTC())::isOver);
      assertThat(stored(client).relaxed()).as("it cannot be read").isOne();
      write(client, Instant.now().minusSeconds(1));
      registration.restore(written::isOver);
      assertThat(stored(client).relaxed()).as("it is over").isZero();

      client.configMaps().inNamespace(NAMESPACE).withName(Pause.CONFIG_MAP).delete();
      new WebhookSwitch(client).relax(stored(client));
      registration.restore(written::isOver);
      assertThat(stored(client).relaxed()).as("there is none").isZero();
    } finally {
      cluster.kubectl().run("delete", "validatingwebhookconfiguration", NAMESPACE);
    }
  }

  private static StoredWebhooks stored(KubernetesClient client) {
    return new WebhookSwitch(client)
        .ours().stream().filter(one -> one.name().equals(NAMESPACE)).findFirst().orElseThrow();
  }

  private static void write(KubernetesClient client, Instant until) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(Pause.CONFIG_MAP)
                .endMetadata()
                .withData(new Pause(until, "admin", "", true).data())
                .build())
        .forceConflicts()
        .serverSideApply();
  }
}
