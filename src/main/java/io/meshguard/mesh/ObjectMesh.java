package io.meshguard.mesh;

import io.meshguard.deadline.Deadline;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** A mesh made of given objects. Where an object is given twice, the later one counts. */
public final class ObjectMesh implements Mesh {

  private final Map<Kind, Map<String, TreeMap<String, Resource>>> objects = new HashMap<>();
  private final Map<Index, Map<String, List<Resource>>> indexes = new ConcurrentHashMap<>();
  private final Map<Kind, Listing> listings = new ConcurrentHashMap<>();
  private final Map<Kind, Map<String, Listing>> byNamespace = new ConcurrentHashMap<>();
  private final Map<MemoizedQuery<?>, Object> derived = new ConcurrentHashMap<>();
  private final Predicate<Kind> complete;
  private final Map<Kind, Map<String, Set<String>>> opaque = new HashMap<>();
  private final MeshFacts facts;

  /**
   * Makes a mesh.
   *
   * @param objects the objects in it
   * @param complete the kinds of which all objects are given, so that others are absent
   * @param facts facts that no object tells
   */
  public ObjectMesh(Collection<Resource> objects, Predicate<Kind> complete, MeshFacts facts) {
    this(objects, complete, List.of(), facts);
  }

  /**
   * Makes a mesh in which there are objects that could not be read. Such a one is neither found nor
   * absent, and its namespace is not known as a whole; the rest of its kind is, for else one object
   * would hide all others.
   *
   * @param opaque these objects
   */
  public ObjectMesh(
      Collection<Resource> objects,
      Predicate<Kind> complete,
      Collection<ObjectRef> opaque,
      MeshFacts facts) {
    this.complete = complete;
    this.facts = facts;
    for (Resource object : objects) {
      this.objects
          .computeIfAbsent(object.kind(), k -> new TreeMap<>())
          .computeIfAbsent(object.ref().namespace(), n -> new TreeMap<>())
          .put(object.name(), object);
    }
    for (ObjectRef ref : opaque) {
      this.opaque
          .computeIfAbsent(ref.kind(), k -> new HashMap<>())
          .computeIfAbsent(ref.namespace(), n -> new HashSet<>())
          .add(ref.name());
    }
  }

  /** Returns a mesh of which nothing is known. */
  public static Mesh empty(MeshFacts facts) {
    return new ObjectMesh(List.of(), kind -> false, facts);
  }

  @Override
  public Lookup find(Kind kind, String namespace, String name) {
    Deadline.check();
    Resource found =
        objects.getOrDefault(kind, Map.of()).getOrDefault(namespace, new TreeMap<>()).get(name);
    if (found != null) {
      return new Lookup.Found(found);
    }
    boolean hidden = opaque(kind, namespace).contains(name);
    return allKnown(kind) && !hidden ? new Lookup.Absent() : new Lookup.Unknown();
  }

  @Override
  public Listing list(Kind kind) {
    Deadline.check();
    return listings.computeIfAbsent(kind, this::listing);
  }

  private Listing listing(Kind kind) {
    List<Resource> items = new ArrayList<>();
    objects.getOrDefault(kind, Map.of()).values().forEach(byName -> items.addAll(byName.values()));
    return new Listing(items, allKnown(kind));
  }

  @Override
  public Listing list(Kind kind, String namespace) {
    Deadline.check();
    return byNamespace
        .computeIfAbsent(kind, k -> new ConcurrentHashMap<>())
        .computeIfAbsent(namespace, n -> listing(kind, n));
  }

  private Listing listing(Kind kind, String namespace) {
    Map<String, Resource> byName =
        objects.getOrDefault(kind, Map.of()).getOrDefault(namespace, new TreeMap<>());
    return new Listing(
        List.copyOf(byName.values()), allKnown(kind) && opaque(kind, namespace).isEmpty());
  }

  private Set<String> opaque(Kind kind, String namespace) {
    return opaque.getOrDefault(kind, Map.of()).getOrDefault(namespace, Set.of());
  }

  @Override
  public Listing list(Index index, String key) {
    Deadline.check();
    Map<String, List<Resource>> byKey = indexes.computeIfAbsent(index, this::build);
    return new Listing(byKey.getOrDefault(key, List.of()), allKnown(index.kind()));
  }

  @Override
  public MeshFacts facts() {
    return facts;
  }

  /** Nothing changes here, so what was worked out once stays true. */
  @Override
  public <T> T derive(MemoizedQuery<T> derivation) {
    @SuppressWarnings("unchecked") // put below, under the same key
    T known = (T) derived.get(derivation);
    if (known != null) {
      return known;
    }
    T value = derivation.of(this);
    derived.put(derivation, value);
    return value;
  }

  private boolean allKnown(Kind kind) {
    boolean hidden = !kind.namespaced() && opaque.containsKey(kind);
    return !facts.mayBeElsewhere(kind) && complete.test(kind) && !hidden;
  }

  private Map<String, List<Resource>> build(Index index) {
    Map<String, List<Resource>> byKey = new HashMap<>();
    list(index.kind()).items().stream()
        .sorted(Comparator.comparing(resource -> resource.ref().path()))
        .forEach(
            resource ->
                index
                    .keys()
                    .apply(resource)
                    .forEach(
                        key -> byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(resource)));
    // Many ask for the same key, and what cannot change need not be copied for each.
    byKey.replaceAll((key, resources) -> List.copyOf(resources));
    return byKey;
  }
}
