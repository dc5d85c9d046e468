package io.meshguard.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.RequiresControlPlane;
import org.junit.jupiter.api.Test;

@RequiresControlPlane
class KubeletsTest {

  @Test
  void allNodesAreAskedAPageAtATime(ControlPlane cluster) throws Exception {
    Config config = Clients.config(cluster);
    try (KubernetesClient client = ClusterReader.client(config)) {
      for (int i = 0; i < 7; i++) {
        run(
            cluster,
            "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"node-%d\"}}"
                .formatted(i),
            "create",
            "-f",
            "-");
        if (i < 6) {
          run(
              cluster,
              "",
              "patch",
              "node",
              "node-" + i,
              "--subresource=status",
              "--type=merge",
              "-p",
              "{\"status\":{\"nodeInfo\":{\"kubeletVersion\":\"v1.33.%d\"}}}".formatted(i));
        }
      }

      assertThat(Kubelets.versions(client, 3))
          .containsExactlyInAnyOrder(
              "v1.33.0", "v1.33.1", "v1.33.2", "v1.33.3", "v1.33.4", "v1.33.5", "");
    } finally {
      cluster.kubectl().run("delete", "nodes", "--all");
    }
  }

  private static void run(ControlPlane cluster, String input, String... arguments)
      throws Exception {
    Kubectl.Result done = cluster.kubectl().runWithInput(input, arguments);
    assertThat(done.exitCode()).as(done.stderr()).isZero();
  }
}
