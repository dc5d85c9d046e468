package io.meshguard.server.mesh;

import io.meshguard.audit.NotJudged;
import io.meshguard.deadline.Deadline;
import io.meshguard.mesh.Index;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one kind and the indexes over them. An index is built when it is first asked for
 * and kept up with every change from then on.
 */
public final class KindStore {

  /** Sorts before every character of a name, so that a namespace's objects lie together. */
  private static final char END_OF_NAMESPACE = '\u0000';

  private final TreeMap<String, Resource> objects = new TreeMap<>();
  private final TreeMap<String, NotJudged> unread = new TreeMap<>();
  private final Map<Index, Map<String, SortedMap<String, Resource>>> indexes = new HashMap<>();
  private final Listener listener;
  private @Nullable List<Resource> all;

  /** Makes a store that nobody listens to. */
  KindStore() {
    this((namespace, name) -> {});
  }

  KindStore(Listener listener) {
    this.listener = listener;
  }

  /** Is told of objects that came, went, or changed in a way that a rule may see. */
  interface Listener {
    void changed(String namespace, String name);
  }

  void put(Resource object) {
    if (replace(object)) {
      listener.changed(object.ref().namespace(), object.name());
    }
  }

  /** Takes an object that is there, and of which no more is known than its metadata. */
  void put(NotJudged unreadable) {
    Resource stub = unreadable.object();
    if (replace(unreadable)) {
      listener.changed(stub.ref().namespace(), stub.name());
    }
  }

  void remove(String namespace, String name) {
    if (drop(namespace, name)) {
      listener.changed(namespace, name);
    }
  }

  private synchronized boolean replace(Resource object) {
    String key = key(object.ref().namespace(), object.name());
    Resource old = objects.put(key, object);
    if (old != null) {
      unindex(key, old);
    }
    indexes.forEach((index, byKey) -> index(index, byKey, key, object));
    all = null;
    boolean wasUnread = unread.remove(key) != null;
    return wasUnread || old == null || !old.tree().equals(object.tree());
  }

  private synchronized boolean replace(NotJudged unreadable) {
    Resource stub = unreadable.object();
    String key = key(stub.ref().namespace(), stub.name());
    boolean wasRead = forget(key);
    NotJudged old = unread.put(key, unreadable);
    return wasRead || !unreadable.equals(old);
  }

  private synchronized boolean drop(String namespace, String name) {
    String key = key(namespace, name);
    boolean wasUnread = unread.remove(key) != null;
    return forget(key) || wasUnread;
  }

  private boolean forget(String key) {
    Resource old = objects.remove(key);
    if (old != null) {
      unindex(key, old);
    }
    all = null;
    return old != null;
  }

  synchronized void clear() {
    objects.clear();
    unread.clear();
    indexes.clear();
    all = null;
  }

  /** Returns the number of objects. */
  public synchronized int size() {
    return objects.size();
  }

  synchronized Optional<Resource> find(String namespace, String name) {
    return Optional.ofNullable(objects.get(key(namespace, name)));
  }

  /**
   * Returns the objects of which only the metadata is known, in the order of namespace and name.
   */
  public synchronized List<NotJudged> unread() {
    return List.copyOf(unread.values());
  }

  synchronized boolean isUnread(String namespace, String name) {
    return unread.containsKey(key(namespace, name));
  }

  synchronized boolean hasUnread(String namespace) {
    return !under(unread, namespace).isEmpty();
  }

  synchronized boolean hasUnread() {
    return !unread.isEmpty();
  }

  /** Returns all objects, in the order of namespace and name. */
  synchronized List<Resource> list() {
    List<Resource> listed = all;
    if (listed == null) {
      listed = List.copyOf(objects.values());
      all = listed;
    }
    return listed;
  }

  /** Returns the objects of a namespace, in the order of their names. */
  synchronized List<Resource> list(String namespace) {
    return List.copyOf(under(objects, namespace).values());
  }

  private static <T> SortedMap<String, T> under(SortedMap<String, T> all, String namespace) {
    String from = namespace + END_OF_NAMESPACE;
    String to = namespace + (char) (END_OF_NAMESPACE + 1);
    return all.subMap(from, to);
  }

  /** Returns the objects under a key of an index, in the order of namespace and name. */
  synchronized List<Resource> list(Index index, String key) {
    SortedMap<String, Resource> found =
        indexes
            .computeIfAbsent(index, unbuilt -> Deadline.suspended(() -> build(unbuilt)))
            .getOrDefault(key, new TreeMap<>());
    return new ArrayList<>(found.values());
  }

  private Map<String, SortedMap<String, Resource>> build(Index index) {
    Map<String, SortedMap<String, Resource>> byKey = new HashMap<>();
    objects.forEach((key, object) -> index(index, byKey, key, object));
    return byKey;
  }

  private static void index(
      Index index, Map<String, SortedMap<String, Resource>> byKey, String key, Resource object) {
    for (String under : index.keys().apply(object)) {
      byKey.computeIfAbsent(under, k -> new TreeMap<>()).put(key, object);
    }
  }

  private void unindex(String key, Resource old) {
    indexes.forEach(
        (index, byKey) -> {
          for (String under : index.keys().apply(old)) {
            byKey.computeIfPresent(
                under,
                (k, found) -> {
                  found.remove(key);
                  return found.isEmpty() ? null : found;
                });
          }
        });
  }

  private static String key(String namespace, String name) {
    return namespace + END_OF_NAMESPACE + name;
  }
}
