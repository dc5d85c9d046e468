package io.meshguard.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an informer puts what it sees. Of each object it keeps enough to tell whether it changed;
 * the object itself lives in a {@link KindStore}, once, and is there when the informer says that it
 * is synced, which event handlers do not promise.
 */
final class MirrorStore implements ItemStore<GenericKubernetesResource> {

  private final Map<String, GenericKubernetesResource> seen = new ConcurrentHashMap<>();
  private final Kind kind;
  private final KindStore store;
  private final Predicate<Resource> wanted;

  MirrorStore(Kind kind, KindStore store, Predicate<Resource> wanted) {
    this.kind = kind;
    this.store = store;
    this.wanted = wanted;
  }

  @Override
  public String getKey(GenericKubernetesResource item) {
    return Cache.metaNamespaceKeyFunc(item);
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource item) {
    Resource object = Trees.resource(kind, item);
    if (wanted.test(object)) {
      store.put(object);
    }
    return seen.put(key, slim(item));
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    GenericKubernetesResource gone = seen.remove(key);
    if (gone != null) {
      String namespace = gone.getMetadata().getNamespace();
      store.remove(namespace == null ? "" : namespace, gone.getMetadata().getName());
    }
    return gone;
  }

  @Override
  public Stream<String> keySet() {
    return seen.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return seen.values().stream();
  }

  @Override
  public int size() {
    return seen.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return seen.get(key);
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  private static GenericKubernetesResource slim(GenericKubernetesResource item) {
    ObjectMeta meta = new ObjectMeta();
    meta.setNamespace(item.getMetadata().getNamespace());
    meta.setName(item.getMetadata().getName());
    meta.setUid(item.getMetadata().getUid());
    meta.setResourceVersion(item.getMetadata().getResourceVersion());
    GenericKubernetesResource slim = new GenericKubernetesResource();
    slim.setApiVersion(item.getApiVersion());
    slim.setKind(item.getKind());
    slim.setMetadata(meta);
    return slim;
  }
}
