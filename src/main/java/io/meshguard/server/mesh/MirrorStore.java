package io.meshguard.server.mesh;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.meshguard.audit.NotJudged;
import io.meshguard.kube.Compactor;
import io.meshguard.kube.Item;
import io.meshguard.kube.LargeObjectBudget;
import io.meshguard.kube.ObjectConverter;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where an informer puts what it sees. Of each object it keeps the resource version, which tells
 * whether it changed; the object itself lives in a {@link KindStore}, once, and is there when the
 * informer says that it is synced, which event handlers do not promise.
 */
final class MirrorStore implements ItemStore<GenericKubernetesResource> {

  private static final Logger LOG = Logger.getLogger(MirrorStore.class);

  private final Map<String, String> versions = new ConcurrentHashMap<>();
  private final Kind kind;
  private final KindStore store;
  private final Compactor compactor;
  private final LargeObjectBudget budget;
  private final Predicate<Resource> wanted;

  MirrorStore(
      Kind kind,
      KindStore store,
      Compactor compactor,
      LargeObjectBudget budget,
      Predicate<Resource> wanted) {
    this.budget = budget;
    this.kind = kind;
    this.store = store;
    this.compactor = compactor;
    this.wanted = wanted;
  }

  @Override
  public String getKey(GenericKubernetesResource item) {
    return Cache.metaNamespaceKeyFunc(item);
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource item) {
    String version = item.getMetadata().getResourceVersion();
    String namespace = item.getMetadata().getNamespace();
    long size = item instanceof Item read ? read.size() : 0;
    if (!budget.take(namespace == null ? "" : namespace, kind + " " + key, size)) {
      keep(key, version, ObjectConverter.unread(kind, item, compactor, LargeObjectBudget.FULL));
      return slim(key, versions.put(key, version));
    }
    ObjectConverter.read(
        kind,
        item,
        compactor,
        object -> {
          if (wanted.test(object)) {
            store.put(object);
          }
        },
        unread -> keep(key, version, unread));
    return slim(key, versions.put(key, version));
  }

  private void keep(String key, String version, NotJudged unread) {
    if (!wanted.test(unread.object())) {
      return;
    }
    store.put(unread);
    if (!version.equals(versions.get(key))) {
      LOG.errorf(
          "%s %s is not judged, and rules do not rely on it: %s", kind, key, unread.reason());
    }
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    budget.release(kind + " " + key);
    GenericKubernetesResource gone = slim(key, versions.remove(key));
    if (gone != null) {
      String namespace = gone.getMetadata().getNamespace();
      store.remove(namespace == null ? "" : namespace, gone.getMetadata().getName());
    }
    return gone;
  }

  /** Removes everything, as if each object had been deleted. */
  void clear() {
    List.copyOf(versions.keySet()).forEach(this::remove);
  }

  @Override
  public Stream<String> keySet() {
    return versions.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return keySet().flatMap(key -> Stream.ofNullable(get(key)));
  }

  @Override
  public int size() {
    return versions.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return slim(key, versions.get(key));
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  /** Returns an object with the little that an informer asks of one it has seen before. */
  private @Nullable GenericKubernetesResource slim(String key, @Nullable String version) {
    if (version == null) {
      return null;
    }
    ObjectMeta meta = new ObjectMeta();
    int slash = key.indexOf('/');
    if (slash >= 0) {
      meta.setNamespace(key.substring(0, slash));
    }
    meta.setName(key.substring(slash + 1));
    meta.setResourceVersion(version);
    GenericKubernetesResource slim = new GenericKubernetesResource();
    slim.setKind(kind.name());
    slim.setMetadata(meta);
    return slim;
  }
}
