package io.meshguard.server.policy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.kube.Trouble;
import io.meshguard.pause.Pause;
import io.meshguard.pause.UnreadablePause;
import java.time.Clock;
import org.jboss.logging.Logger;

/**
 * The pause as it is written at this moment. Whoever is about to undo a hard one asks here, and not
 * what was heard last: a replica to which no changes come would undo it for good.
 */
public final class WrittenPause {

  private static final Logger LOG = Logger.getLogger(WrittenPause.class);

  private final KubernetesClient client;
  private final String namespace;
  private final Clock clock;

  /** Makes one for the ConfigMap in a namespace. */
  public WrittenPause(KubernetesClient client, String namespace, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.clock = clock;
  }

  /** Returns whether it is certain that no hard pause is in force. */
  public boolean isOver() {
    ConfigMap written;
    try {
      written = client.configMaps().inNamespace(namespace).withName(Pause.CONFIG_MAP).get();
    } catch (KubernetesClientException e) {
      LOG.warnf(
          "the webhook stays relaxed: cannot read whether there is a pause: %s", Trouble.of(e));
      return false;
    }
    if (written == null || written.getData() == null) {
      return true;
    }
    try {
      Pause pause = Pause.read(written.getData());
      return !pause.hard() || !pause.active(clock.instant());
    } catch (UnreadablePause e) {
      return true;
    }
  }
}
