package io.meshguard.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.policy.PolicyHolder.InForce;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The last policy that was found good, kept in a ConfigMap for replicas that start later. */
final class AcceptedPolicy {

  static final String CONFIG_MAP = "meshguard-policy-accepted";

  private static final Logger LOG = Logger.getLogger(AcceptedPolicy.class);

  private final KubernetesClient client;
  private final String namespace;
  private Map<String, String> stored = Map.of();

  AcceptedPolicy(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Returns the stored policy; empty where there is none, or it cannot be read now. */
  Optional<ConfigMap> load() {
    try {
      return Optional.ofNullable(
          client.configMaps().inNamespace(namespace).withName(CONFIG_MAP).get());
    } catch (KubernetesClientException e) {
      LOG.warnf("the accepted policy cannot be read: %s", e.getMessage());
      return Optional.empty();
    }
  }

  /** Stores a policy that is in force as it was written, unless it is the stored one. */
  synchronized void store(InForce inForce) {
    if (inForce.generation() == 0 || inForce.data().equals(stored)) {
      return;
    }
    ConfigMap configMap =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(CONFIG_MAP)
            .addToLabels("app.kubernetes.io/managed-by", "meshguard")
            .endMetadata()
            .withData(inForce.data())
            .build();
    try {
      client.resource(configMap).fieldManager("meshguard").forceConflicts().serverSideApply();
      stored = inForce.data();
    } catch (KubernetesClientException e) {
      LOG.warnf("the accepted policy cannot be stored: %s", e.getMessage());
    }
  }
}
