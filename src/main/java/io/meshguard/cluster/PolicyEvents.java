package io.meshguard.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.policy.PolicyHolder.InForce;
import io.meshguard.policy.PolicyReader;
import io.meshguard.policy.Problem;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Tells of a bad policy by an Event on its ConfigMap, once for each mistake. */
final class PolicyEvents {

  private static final Logger LOG = Logger.getLogger(PolicyEvents.class);

  /** The API server takes no longer message. */
  private static final int MOST_MESSAGE = 1_024;

  private final KubernetesClient client;
  private final String namespace;
  private final Clock clock;

  PolicyEvents(KubernetesClient client, String namespace, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.clock = clock;
  }

  /** Writes an Event if the policy in the cluster is bad; its name is the same for all replicas. */
  void changed(InForce inForce) {
    if (inForce.problems().isEmpty()) {
      return;
    }
    String text =
        inForce.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
    try {
      client.v1().events().inNamespace(namespace).resource(event(text)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        LOG.warnf("no Event could be written for the bad policy: %s", e.getMessage());
      }
    }
  }

  private Event event(String text) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String message = text.length() <= MOST_MESSAGE ? text : text.substring(0, MOST_MESSAGE);
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(PolicyReader.CONFIG_MAP + "." + Integer.toHexString(text.hashCode()))
        .endMetadata()
        .withType("Warning")
        .withReason("InvalidPolicy")
        .withMessage(message)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource()
        .withComponent("meshguard")
        .endSource()
        .withNewInvolvedObject()
        .withApiVersion("v1")
        .withKind("ConfigMap")
        .withNamespace(namespace)
        .withName(PolicyReader.CONFIG_MAP)
        .endInvolvedObject()
        .build();
  }
}
