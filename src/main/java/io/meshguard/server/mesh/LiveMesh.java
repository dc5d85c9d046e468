package io.meshguard.server.mesh;

import io.meshguard.audit.NotJudged;
import io.meshguard.deadline.Deadline;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The mesh as the cluster has it at each moment, from memory alone. Nothing is concluded of a kind
 * before all its objects were read, nor of one that is watched in part, nor while its watch is
 * interrupted.
 */
public final class LiveMesh implements Mesh {

  private final Map<Kind, KindStore> stores = new ConcurrentHashMap<>();
  private final Set<Kind> whole = ConcurrentHashMap.newKeySet();
  private final Map<Kind, Set<String>> wholeIn = new ConcurrentHashMap<>();
  private final Set<Kind> stale = ConcurrentHashMap.newKeySet();
  private final Supplier<MeshFacts> facts;
  private final Map<Kind, AtomicLong> changes = new ConcurrentHashMap<>();
  private final Map<MemoizedQuery<?>, Kept<?>> kept = new ConcurrentHashMap<>();
  private volatile Listener listener = Listener.NOBODY;

  /**
   * Makes a mesh of which nothing is known yet.
   *
   * @param facts facts that no object tells, as they are at each moment
   */
  public LiveMesh(Supplier<MeshFacts> facts) {
    this.facts = facts;
  }

  /** Is told what changes; must not wait. */
  public interface Listener {
    Listener NOBODY =
        new Listener() {
          @Override
          public void changed(Kind kind, String namespace, String name) {}

          @Override
          public void known(Kind kind) {}
        };

    /** An object came, went, or changed in a way that a rule may see. */
    void changed(Kind kind, String namespace, String name);

    /** All objects of a kind are known from now on. */
    void known(Kind kind);
  }

  /** Has somebody told of changes from now on. */
  public void listen(Listener next) {
    listener = next;
  }

  /** Returns the objects of a kind, to be kept up by whoever watches it. */
  public KindStore store(Kind kind) {
    return stores.computeIfAbsent(
        kind,
        k ->
            new KindStore(
                (namespace, name) -> {
                  changesOf(k).incrementAndGet();
                  listener.changed(k, namespace, name);
                }));
  }

  /** Says that all objects of a kind are known from now on, or no more. */
  void setWhole(Kind kind, boolean known) {
    if (known) {
      whole.add(kind);
      changesOf(kind).incrementAndGet();
      listener.known(kind);
    } else {
      whole.remove(kind);
      changesOf(kind).incrementAndGet();
    }
  }

  /**
   * Says that of a kind all objects of a namespace that rules list there are known from now on, or
   * no more. Nothing follows for an object that somebody looks up by its name, for not all are
   * kept.
   */
  void setWholeIn(Kind kind, String namespace, boolean known) {
    Set<String> namespaces = wholeIn.computeIfAbsent(kind, k -> ConcurrentHashMap.newKeySet());
    if (known) {
      namespaces.add(namespace);
    } else {
      namespaces.remove(namespace);
    }
    changesOf(kind).incrementAndGet();
    if (known) {
      listener.known(kind);
    }
  }

  /** Says whether changes of a kind do not come in at the moment. */
  void setStale(Kind kind, boolean now) {
    if (now) {
      stale.add(kind);
    } else {
      stale.remove(kind);
    }
    changesOf(kind).incrementAndGet();
  }

  @Override
  public boolean stale(Kind kind) {
    return stale.contains(kind);
  }

  @Override
  public Lookup find(Kind kind, String namespace, String name) {
    Deadline.check();
    KindStore store = stores.get(kind);
    boolean unread = store != null && store.isUnread(namespace, name);
    Lookup missing = complete(kind) && !unread ? new Lookup.Absent() : new Lookup.Unknown();
    return store == null
        ? missing
        : store.find(namespace, name).<Lookup>map(Lookup.Found::new).orElse(missing);
  }

  @Override
  public Listing list(Kind kind) {
    Deadline.check();
    KindStore store = stores.get(kind);
    return listing(kind, store == null ? List.of() : store.list());
  }

  @Override
  public Listing list(Kind kind, String namespace) {
    Deadline.check();
    boolean here = wholeIn.getOrDefault(kind, Set.of()).contains(namespace);
    KindStore store = stores.get(kind);
    return store == null
        ? new Listing(List.of(), complete(kind, here))
        : new Listing(store.list(namespace), complete(kind, here) && !store.hasUnread(namespace));
  }

  @Override
  public Listing list(Index index, String key) {
    Deadline.check();
    KindStore store = stores.get(index.kind());
    return listing(index.kind(), store == null ? List.of() : store.list(index, key));
  }

  /** What is worked out while something changes is kept with the count from before, so not used. */
  @Override
  public <T> T derive(MemoizedQuery<T> derivation) {
    long count = derivation.reads().stream().mapToLong(kind -> changesOf(kind).get()).sum();
    MeshFacts now = facts.get();
    @SuppressWarnings("unchecked") // put below, under the same key
    Kept<T> last = (Kept<T>) kept.get(derivation);
    if (last != null && last.count() == count && last.facts().equals(now)) {
      return last.value();
    }
    T value = Deadline.suspended(() -> derivation.of(this));
    kept.put(derivation, new Kept<>(count, now, value));
    return value;
  }

  @Override
  public OptionalLong changes() {
    return OptionalLong.of(changes.values().stream().mapToLong(AtomicLong::get).sum());
  }

  private AtomicLong changesOf(Kind kind) {
    return changes.computeIfAbsent(kind, k -> new AtomicLong());
  }

  /**
   * What was derived.
   *
   * @param count how many changes there had been of what it is derived from
   * @param facts the facts that it is derived from
   */
  private record Kept<T>(long count, MeshFacts facts, T value) {}

  @Override
  public MeshFacts facts() {
    return facts.get();
  }

  private Listing listing(Kind kind, List<Resource> items) {
    return new Listing(items, complete(kind));
  }

  private boolean complete(Kind kind) {
    return complete(kind, false);
  }

  private boolean complete(Kind kind, boolean here) {
    return (here || whole.contains(kind))
        && !stale.contains(kind)
        && !hidesAll(kind)
        && !facts.get().mayBeElsewhere(kind);
  }

  /**
   * What is in no namespace is written by administrators, of whom none wants to blind a rule. In a
   * namespace an object that cannot be read is not found and not absent, and its namespace is not
   * known as a whole; but the rest of the cluster is, for else its owner could switch off a rule
   * for everybody.
   */
  private boolean hidesAll(Kind kind) {
    KindStore store = stores.get(kind);
    return !kind.namespaced() && store != null && store.hasUnread();
  }

  /** Returns the objects that are stored and could not be read. */
  public List<NotJudged> unread() {
    return stores.values().stream().flatMap(store -> store.unread().stream()).toList();
  }
}
