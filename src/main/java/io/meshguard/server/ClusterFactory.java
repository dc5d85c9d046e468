package io.meshguard.server;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.meshguard.kube.ClientKey;
import io.meshguard.kube.LightSerialization;
import io.meshguard.kube.LiveSockets;
import io.meshguard.kube.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Finds the cluster: that of a kubeconfig where one is given, else that of the Pod this runs in. A
 * person's own {@code ~/.kube/config} is never used unasked.
 */
final class ClusterFactory {

  private static final Logger LOG = Logger.getLogger(ClusterFactory.class);
  private static final Path NAMESPACE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");
  private static final String DEFAULT_NAMESPACE = "meshguard";
  private static final int CONNECT_MILLIS = 3_000;
  private static final int REQUEST_MILLIS = 10_000;

  /** Whatever asks does so again by itself; ten times, as is the default, take minutes. */
  private static final int RETRIES = 1;

  private static final int RETRY_MILLIS = 250;

  /**
   * The client waits up to 32 times as long between two tries; its default would be half a minute.
   */
  private static final int RECONNECT_MILLIS = 250;

  private ClusterFactory() {}

  static Cluster of(ClusterConfig config) {
    Optional<Config> found = config.kubeconfig().map(ClusterFactory::read).or(ClusterFactory::pod);
    String namespace =
        config.namespace().or(ClusterFactory::podNamespace).orElse(DEFAULT_NAMESPACE);
    if (found.isEmpty()) {
      LOG.warn(
          "no cluster: this process does not run in a Pod and has no --kubeconfig."
              + " Reviews use an empty mesh and the default policy");
      return new Cluster(Optional.empty(), namespace);
    }
    KubernetesClient client = client(found.get(), namespace);
    LOG.infof("cluster %s, own namespace %s", client.getMasterUrl(), namespace);
    return new Cluster(Optional.of(client), namespace);
  }

  /** Returns a client that waits for no answer for long, and that notices a dead connection. */
  static KubernetesClient client(Config config, String namespace) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(config)
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(RETRIES)
                .withRequestRetryBackoffInterval(RETRY_MILLIS)
                .withWatchReconnectInterval(RECONNECT_MILLIS)
                .withNamespace(namespace)
                .build())
        .withHttpClientFactory(LiveSockets.factory())
        .withKubernetesSerialization(LightSerialization.create())
        .build();
  }

  private static Config read(Path kubeconfig) {
    if (!Files.isReadable(kubeconfig)) {
      throw new IllegalArgumentException("kubeconfig " + kubeconfig + " cannot be read");
    }
    Config config = Config.fromKubeconfig(kubeconfig.toFile());
    try {
      ClientKey.tell(config);
    } catch (IOException e) {
      throw new IllegalArgumentException("kubeconfig " + kubeconfig + ": bad client key", e);
    }
    return config;
  }

  private static Optional<Config> pod() {
    boolean inPod = System.getenv("KUBERNETES_SERVICE_HOST") != null && Files.exists(NAMESPACE);
    return inPod
        ? Optional.of(new ConfigBuilder(Config.autoConfigure(null)).build())
        : Optional.empty();
  }

  private static Optional<String> podNamespace() {
    try {
      return Files.exists(NAMESPACE)
          ? Optional.of(Files.readString(NAMESPACE).strip())
          : Optional.empty();
    } catch (IOException e) {
      LOG.warnf("%s cannot be read: %s", NAMESPACE, Trouble.of(e));
      return Optional.empty();
    }
  }
}
