package io.meshguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.render.Rendered;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which kustomizations and charts define one object differently, and so are different meshes. */
final class RootClashes {

  private final List<Rendered.Root> roots;
  private final IdentityHashMap<Rendered.Root, Set<String>> clashes = new IdentityHashMap<>();

  RootClashes(List<Rendered.Root> roots) {
    this.roots = roots;
    Map<String, IdentityHashMap<Rendered.Root, JsonNode>> byKey = new HashMap<>();
    for (Rendered.Root root : roots) {
      clashes.put(root, new HashSet<>());
      for (Resource object : root.objects()) {
        byKey
            .computeIfAbsent(
                object.kind().name() + " " + object.ref().path(), k -> new IdentityHashMap<>())
            .putIfAbsent(root, object.tree());
      }
    }
    byKey.forEach(
        (key, definitions) -> {
          if (new HashSet<>(definitions.values()).size() > 1) {
            definitions.keySet().forEach(root -> clashes.getOrDefault(root, Set.of()).add(key));
          }
        });
  }

  /** Returns those that nobody contradicts. */
  List<Rendered.Root> common() {
    return roots.stream().filter(root -> of(root).isEmpty()).toList();
  }

  /** Returns the others. */
  List<Rendered.Root> apart() {
    return roots.stream().filter(root -> !of(root).isEmpty()).toList();
  }

  /** Returns whether all others stand in place of one; it clashes with itself, too. */
  boolean clashesWithAllOthers(Rendered.Root one) {
    return apart().stream().allMatch(root -> of(root).stream().anyMatch(of(one)::contains));
  }

  private Set<String> of(Rendered.Root root) {
    return clashes.getOrDefault(root, Set.of());
  }
}
