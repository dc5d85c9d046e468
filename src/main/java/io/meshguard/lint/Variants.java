package io.meshguard.lint;

import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Objects that are defined several times and not always the same, as where folders for several
 * clusters are checked at once. Nobody can tell which of them another object will meet.
 */
public final class Variants {

  private final Set<Key> ambiguous;

  private Variants(Set<Key> ambiguous) {
    this.ambiguous = ambiguous;
  }

  private record Key(Kind kind, String path) {
    static Key of(Resource object) {
      return new Key(object.kind(), object.ref().path());
    }
  }

  /**
   * Finds those among objects that are checked, and among others around them that are not defined
   * by what is checked.
   */
  public static Variants among(Collection<Resource> objects, Collection<Resource> around) {
    Set<Key> ambiguous = new HashSet<>(differing(around));
    objects.forEach(object -> ambiguous.remove(Key.of(object)));
    ambiguous.addAll(differing(objects));
    return new Variants(ambiguous);
  }

  private static Set<Key> differing(Collection<Resource> objects) {
    Map<Key, Resource> first = new HashMap<>();
    Set<Key> differing = new HashSet<>();
    for (Resource object : objects) {
      Resource before = first.putIfAbsent(Key.of(object), object);
      if (!object.name().isEmpty() && before != null && !before.tree().equals(object.tree())) {
        differing.add(Key.of(object));
      }
    }
    return differing;
  }

  /** Returns whether an object is one of several that differ. */
  public boolean include(Resource object) {
    return ambiguous.contains(Key.of(object));
  }

  /** Returns the kinds of which not every object is known. */
  Set<Kind> kinds() {
    return ambiguous.stream().map(Key::kind).collect(Collectors.toSet());
  }

  /** Returns objects that are defined more than once, the same or not, in order. */
  public static List<List<Resource>> repeated(Collection<Resource> objects) {
    Map<Key, List<Resource>> byKey =
        objects.stream()
            .filter(object -> !object.name().isEmpty())
            .collect(Collectors.groupingBy(Key::of, LinkedHashMap::new, Collectors.toList()));
    return byKey.values().stream().filter(definitions -> definitions.size() > 1).toList();
  }
}
