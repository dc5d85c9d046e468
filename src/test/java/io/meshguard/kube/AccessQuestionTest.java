package io.meshguard.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.Requester;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

@RequiresControlPlane
class AccessQuestionTest {

  private static final Permission LIST =
      new Permission("list", "networking.istio.io", "virtualservices", "ask");

  @Test
  void aRealApiServerKnowsWhoMayWhat(ControlPlane cluster) throws Exception {
    cluster.createNamespace("ask", Map.of());
    run(cluster, "create", "role", "vs", "-n", "ask", "--verb=list", "--resource=virtualservices");
    run(cluster, "create", "rolebinding", "vs", "-n", "ask", "--role=vs", "--group=routers");
    try (KubernetesClient client = client(cluster.kubeconfig())) {
      assertThat(new AccessQuestion(person("routers"), LIST).ask(client)).isTrue();
      assertThat(new AccessQuestion(person("others"), LIST).ask(client)).isFalse();
    }
  }

  @Test
  void whoMayNotAskIsTold(ControlPlane cluster) throws Exception {
    try (KubernetesClient client = client(cluster.kubeconfigFor("nobody"))) {
      AccessQuestion question = new AccessQuestion(person("routers"), LIST);
      assertThatThrownBy(() -> question.ask(client))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("subjectaccessreviews");
    }
  }

  private static Requester person(String group) {
    return new Requester("ann", Set.of(group));
  }

  private static void run(ControlPlane cluster, String... args) throws Exception {
    assertThat(cluster.kubectl().run(args).exitCode()).isZero();
  }

  private static KubernetesClient client(Path kubeconfig) throws IOException {
    return new KubernetesClientBuilder().withConfig(Clients.config(kubeconfig)).build();
  }
}
