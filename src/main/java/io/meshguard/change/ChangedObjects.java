package io.meshguard.change;

import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The objects that two sides do not have alike.
 *
 * @param all each with what it was and what it is
 */
record ChangedObjects(List<Pair> all) {

  ChangedObjects {
    all = List.copyOf(all);
  }

  /**
   * An object of both sides or of one.
   *
   * @param before as it was
   * @param after as it is
   */
  record Pair(Optional<Resource> before, Optional<Resource> after) {

    /** Returns it as it is, or else as it was. */
    Resource latest() {
      return after.or(() -> before).orElseThrow();
    }

    /** Returns both forms that there are. */
    Stream<Resource> forms() {
      return Stream.concat(before.stream(), after.stream());
    }

    /** Returns whether a field is not the same on both sides. */
    boolean differsIn(String... field) {
      return before.isEmpty()
          || after.isEmpty()
          || !before.get().at(field).node().equals(after.get().at(field).node());
    }
  }

  private record Key(Kind kind, String path) {}

  /** Compares two sets of objects; of one that is given twice the later counts. */
  static ChangedObjects between(Collection<Resource> before, Collection<Resource> after) {
    Map<Key, Resource> old = byKey(before);
    Map<Key, Resource> now = byKey(after);
    List<Pair> changed = new ArrayList<>();
    old.forEach(
        (key, object) -> {
          Resource other = now.get(key);
          if (other == null) {
            changed.add(new Pair(Optional.of(object), Optional.empty()));
          } else if (!isSame(object, other)) {
            changed.add(new Pair(Optional.of(object), Optional.of(other)));
          }
        });
    now.forEach(
        (key, object) -> {
          if (!old.containsKey(key)) {
            changed.add(new Pair(Optional.empty(), Optional.of(object)));
          }
        });
    return new ChangedObjects(changed);
  }

  @SuppressWarnings("ReferenceEquality") // most trees are shared, and comparing them takes long
  private static boolean isSame(Resource one, Resource other) {
    return one.tree() == other.tree() || one.tree().equals(other.tree());
  }

  private static Map<Key, Resource> byKey(Collection<Resource> objects) {
    Map<Key, Resource> map = new LinkedHashMap<>();
    objects.forEach(object -> map.put(new Key(object.kind(), object.ref().path()), object));
    return map;
  }
}
