package io.meshguard.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** An informer on one ConfigMap, which may not exist. */
final class WatchedConfigMap implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(WatchedConfigMap.class);

  private final SharedIndexInformer<ConfigMap> informer;

  /**
   * Makes an informer; it does nothing before {@link #start}.
   *
   * @param changed takes the ConfigMap as it is after each change, nothing where it was deleted
   */
  WatchedConfigMap(
      KubernetesClient client,
      String namespace,
      String name,
      Consumer<Optional<ConfigMap>> changed) {
    this.informer = client.configMaps().inNamespace(namespace).withName(name).runnableInformer(0);
    informer.exceptionHandler(
        (started, cause) -> {
          LOG.warnf("watching ConfigMap %s: %s", name, cause.getMessage());
          return true;
        });
    informer.addEventHandler(new Handler(changed));
  }

  /**
   * Starts it.
   *
   * @param first takes the state that is known first: handlers are told later than the start says
   * @param background where that is run
   */
  void start(Consumer<Optional<ConfigMap>> first, Executor background) {
    informer
        .start()
        .whenCompleteAsync(
            (done, cause) -> {
              if (cause == null) {
                first.accept(informer.getStore().list().stream().findFirst());
              }
            },
            background);
  }

  /** Returns whether changes come in at this moment. */
  boolean open() {
    return informer.isWatching();
  }

  @Override
  public void close() {
    informer.stop();
  }

  private record Handler(Consumer<Optional<ConfigMap>> changed)
      implements ResourceEventHandler<ConfigMap> {
    @Override
    public void onAdd(ConfigMap configMap) {
      changed.accept(Optional.of(configMap));
    }

    @Override
    public void onUpdate(ConfigMap old, ConfigMap configMap) {
      changed.accept(Optional.of(configMap));
    }

    @Override
    public void onDelete(ConfigMap configMap, boolean finalStateUnknown) {
      changed.accept(Optional.empty());
    }
  }
}
