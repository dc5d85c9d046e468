package io.meshguard.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.meshguard.controlplane.ControlPlane;
import java.io.IOException;
import java.nio.file.Path;

/** Clients of the control plane of tests. */
public final class Clients {

  private Clients() {}

  /** Returns a client as fabric8 makes it, for somebody who may do everything. */
  public static KubernetesClient of(ControlPlane cluster) throws IOException {
    return new KubernetesClientBuilder().withConfig(config(cluster)).build();
  }

  /** Returns how somebody who may do everything reaches a cluster. */
  public static Config config(ControlPlane cluster) throws IOException {
    return config(cluster.kubeconfig());
  }

  /** Returns how to reach the cluster of a kubeconfig. */
  public static Config config(Path kubeconfig) throws IOException {
    Config config = Config.fromKubeconfig(kubeconfig.toFile());
    ClientKey.tell(config);
    return config;
  }
}
