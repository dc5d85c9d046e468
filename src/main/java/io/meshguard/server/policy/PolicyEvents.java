package io.meshguard.server.policy;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.policy.PolicyHolder.ActivePolicy;
import io.meshguard.policy.PolicyReader;
import io.meshguard.policy.Problem;
import io.meshguard.server.audit.EventQueue;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** Tells of a bad policy by an Event on its ConfigMap, once for each mistake. */
public final class PolicyEvents {

  /** The API server takes no longer message. */
  private static final int MOST_MESSAGE = 1_024;

  private final KubernetesClient client;
  private final String namespace;
  private final Clock clock;
  private final EventQueue queue = new EventQueue();

  /** Makes one that sends nothing yet. */
  public PolicyEvents(KubernetesClient client, String namespace, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.clock = clock;
  }

  /** Writes an Event if the policy in the cluster is bad; its name is the same for all replicas. */
  public void changed(ActivePolicy inForce) {
    String text =
        inForce.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
    queue.want(
        text.isEmpty()
            ? List.of()
            : List.of(new EventQueue.Wanted(name(text), now -> write(event(text)))));
    send();
  }

  /** Writes what could not be written before; to be called every few seconds. */
  public void send() {
    queue.send(clock.instant());
  }

  private void write(Event event) {
    client.v1().events().inNamespace(namespace).resource(event).create();
  }

  private static String name(String text) {
    return PolicyReader.CONFIG_MAP + "." + Integer.toHexString(text.hashCode());
  }

  private Event event(String text) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String message = text.length() <= MOST_MESSAGE ? text : text.substring(0, MOST_MESSAGE);
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name(text))
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
