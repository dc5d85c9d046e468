package io.meshguard.server.policy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.meshguard.kube.Trouble;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * An informer on one ConfigMap, which may not exist. Its events only signal that there is something
 * to see; one thread reads what the informer has by then, and acts.
 */
final class WatchedConfigMap implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(WatchedConfigMap.class);

  private final String name;
  private final SharedIndexInformer<ConfigMap> informer;
  private final ExecutorService thread;
  private final Latest<Seen> latest;
  private volatile boolean listed;

  /**
   * What is there.
   *
   * @param configMap the ConfigMap, nothing where there is none
   * @param certain whether it was listed by now: before, it may be there and not be seen
   */
  record Seen(Optional<ConfigMap> configMap, boolean certain) {}

  /**
   * Makes an informer; it does nothing before {@link #start}.
   *
   * @param act takes what is there, first and after each change, on one thread
   */
  WatchedConfigMap(KubernetesClient client, String namespace, String name, Consumer<Seen> act) {
    this.name = name;
    this.informer = client.configMaps().inNamespace(namespace).withName(name).runnableInformer(0);
    this.thread = Executors.newSingleThreadExecutor(task -> thread(task, name));
    this.latest = new Latest<>(this::seen, act, thread);
    informer.exceptionHandler(
        (started, cause) -> {
          LOG.warnf("watching ConfigMap %s: %s", name, Trouble.of(cause));
          return true;
        });
    informer.addEventHandler(new Handler(latest));
  }

  /** Starts it. */
  void start() {
    informer
        .start()
        .whenComplete(
            (done, cause) -> {
              if (cause == null) {
                listed = true;
                latest.signal();
              }
            });
  }

  /** Returns whether changes come in at this moment. */
  boolean open() {
    return informer.isWatching();
  }

  @Override
  public void close() {
    informer.stop();
    thread.shutdownNow();
  }

  /** Whether it was listed is read first: what is seen after that is certain. */
  private Seen seen() {
    boolean certain = listed;
    return new Seen(
        informer.getStore().list().stream()
            .filter(found -> name.equals(found.getMetadata().getName()))
            .findFirst(),
        certain);
  }

  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private record Handler(Latest<Seen> latest) implements ResourceEventHandler<ConfigMap> {
    @Override
    public void onAdd(ConfigMap configMap) {
      latest.signal();
    }

    @Override
    public void onUpdate(ConfigMap old, ConfigMap configMap) {
      latest.signal();
    }

    @Override
    public void onDelete(ConfigMap configMap, boolean finalStateUnknown) {
      latest.signal();
    }
  }
}
