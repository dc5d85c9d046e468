package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Says in one line why a cluster did not answer as hoped. */
final class ClusterTrouble {

  private ClusterTrouble() {}

  static String of(Throwable trouble) {
    if (trouble instanceof KubernetesClientException e
        && e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED) {
      return "the API server does not accept the credentials of this context";
    }
    Throwable root = trouble;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null
        ? root.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
