package io.meshguard.server.mesh;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.meshguard.kube.Trouble;
import io.meshguard.resource.Kind;
import java.net.HttpURLConnection;
import java.util.Optional;
import org.jboss.logging.Logger;

/** An informer on the objects of one kind, in one namespace or in all, or on a single object. */
final class KindInformer implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(KindInformer.class);

  /**
   * So many objects are in memory as they arrive, and many kinds are read at once. Of 100 the young
   * generation could not hold all, and what is promoted stays until the whole mesh is read.
   */
  private static final long PAGE = 30;

  private final Kind kind;
  private final String version;
  private final MirrorStore store;
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private volatile boolean synced;
  private volatile boolean forbidden;

  private KindInformer(
      Kind kind,
      String version,
      MirrorStore store,
      SharedIndexInformer<GenericKubernetesResource> informer) {
    this.kind = kind;
    this.version = version;
    this.store = store;
    this.informer = informer;
  }

  /**
   * Starts an informer.
   *
   * @param version API version that is served
   * @param namespace the namespace; empty for all
   * @param name the only object that is watched; empty for all
   * @param store where the objects go
   * @param onSync run when all objects were seen
   */
  static KindInformer start(
      KubernetesClient client,
      Kind kind,
      String version,
      Optional<String> namespace,
      Optional<String> name,
      MirrorStore store,
      Runnable onSync) {
    ResourceDefinitionContext definition =
        new ResourceDefinitionContext.Builder()
            .withGroup(kind.group())
            .withVersion(version)
            .withKind(kind.name())
            .withPlural(kind.plural())
            .withNamespaced(kind.namespaced())
            .build();
    MixedOperation<
            GenericKubernetesResource,
            GenericKubernetesResourceList,
            Resource<GenericKubernetesResource>>
        all = client.genericKubernetesResources(definition);
    FilterWatchListDeletable<
            GenericKubernetesResource,
            GenericKubernetesResourceList,
            Resource<GenericKubernetesResource>>
        place =
            namespace.isPresent()
                ? all.inNamespace(namespace.get())
                : kind.namespaced() ? all.inAnyNamespace() : all;
    Informable<GenericKubernetesResource> watchedThere =
        name.isPresent() ? place.withField("metadata.name", name.get()) : place;
    SharedIndexInformer<GenericKubernetesResource> informer =
        watchedThere.withLimit(PAGE).runnableInformer(0).removeNamespaceIndex().itemStore(store);
    KindInformer watched = new KindInformer(kind, version, store, informer);
    informer.exceptionHandler((started, cause) -> watched.retry(cause));
    informer
        .start()
        .whenComplete(
            (done, cause) -> {
              if (cause == null) {
                watched.synced = true;
                onSync.run();
              }
            });
    return watched;
  }

  /** Returns the API version that is watched. */
  String version() {
    return version;
  }

  /** Returns whether all objects were seen, or will not be for want of a right. */
  boolean settled() {
    return synced || forbidden;
  }

  boolean synced() {
    return synced;
  }

  /** Returns whether changes come in at this moment. */
  boolean open() {
    return synced && informer.isWatching();
  }

  @Override
  public void close() {
    informer.stop();
  }

  /** Ends the watch and forgets what it has seen. */
  void forget() {
    informer.stop();
    store.clear();
  }

  /** Every trouble may pass, so it is always tried again. */
  private boolean retry(Throwable cause) {
    boolean refused =
        cause instanceof KubernetesClientException e
            && e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
    if (refused && !forbidden) {
      LOG.errorf("no right to list and watch %s: rules that need it stay silent", kind);
    } else if (!refused) {
      LOG.warnf("watching %s: %s", kind, Trouble.of(cause));
    }
    forbidden = refused;
    return true;
  }
}
