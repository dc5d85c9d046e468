package io.meshguard.cli;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.meshguard.kube.WebhookSwitch;
import io.meshguard.pause.Pause;
import java.util.Map;
import java.util.Optional;

/** The ConfigMap that holds a pause, as an API server keeps it. */
final class PauseConfigMap {

  private final KubernetesClient client;
  private final String namespace;

  PauseConfigMap(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Returns what is written; empty where there is no such ConfigMap. */
  Optional<Map<String, String>> data() {
    return Optional.ofNullable(resource().get())
        .map(found -> found.getData() == null ? Map.of() : found.getData());
  }

  /** Writes a pause, over what is there. */
  void write(Pause pause) {
    ConfigMap configMap =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(Pause.CONFIG_MAP)
            .endMetadata()
            .withData(pause.data())
            .build();
    client
        .resource(configMap)
        .fieldManager(WebhookSwitch.MANAGER)
        .forceConflicts()
        .serverSideApply();
  }

  /** Deletes it; returns whether it was there. */
  boolean delete() {
    return !resource().delete().isEmpty();
  }

  private Resource<ConfigMap> resource() {
    return client.configMaps().inNamespace(namespace).withName(Pause.CONFIG_MAP);
  }
}
