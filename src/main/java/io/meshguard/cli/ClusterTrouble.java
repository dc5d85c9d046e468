package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Message;
import java.net.HttpURLConnection;

/** Says in one line why a cluster did not answer as hoped. */
final class ClusterTrouble {

  private ClusterTrouble() {}

  static Message of(Throwable trouble) {
    if (trouble instanceof KubernetesClientException e
        && e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED) {
      return CliText.of("cluster.unauthorized");
    }
    Throwable root = trouble;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return ForeignText.of(
        message == null ? root.getClass().getSimpleName() : message.lines().findFirst().orElse(""));
  }
}
