package io.meshguard.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which objects of files make one mesh. Where folders or files beside each other define one object
 * differently, as overlays for several clusters do, each of them is a mesh of its own, together
 * with everything around it that nobody contradicts.
 */
public final class Worlds {

  private final Node root = new Node("", null);
  private final Map<Node, Own> worlds = new LinkedHashMap<>();
  private int clashes;

  private Worlds(Collection<Resource> objects) {
    List<Node> places = new ArrayList<>(objects.size());
    Map<String, Node> byFile = new HashMap<>();
    for (Resource object : objects) {
      Node place = byFile.computeIfAbsent(object.origin().file(), this::place);
      places.add(place);
      if (!object.name().isEmpty()) {
        place
            .definitions
            .computeIfAbsent(Key.of(object), k -> new ArrayList<>())
            .add(new Definition(object.tree()));
      }
    }
    gather(root);
    int at = 0;
    for (Resource object : objects) {
      worlds.computeIfAbsent(places.get(at++).apart(), node -> new Own()).add(object);
    }
  }

  private record Key(Kind kind, String path) {
    static Key of(Resource object) {
      return new Key(object.kind(), object.ref().path());
    }
  }

  /** What stands in a world and in none below it. */
  private record Own(List<Resource> objects, Set<Kind> kinds) {
    Own() {
      this(new ArrayList<>(), new HashSet<>());
    }

    void add(Resource object) {
      objects.add(object);
      kinds.add(object.kind());
    }
  }

  /**
   * Objects that make one mesh.
   *
   * @param place the folder or file that they stand in; empty for all that nobody contradicts
   * @param own the objects that are judged in it
   * @param shared objects outside of that place that belong to the same mesh
   * @param hidden kinds of which other worlds have objects that this mesh may have as well
   */
  public record World(String place, List<Resource> own, List<Resource> shared, Set<Kind> hidden) {}

  /**
   * Shows the worlds of objects, in the order of their first objects: one after the other, so that
   * not all need be held at once.
   */
  public static void visit(Collection<Resource> objects, Consumer<World> visitor) {
    Worlds all = new Worlds(objects);
    all.worlds.keySet().forEach(node -> visitor.accept(all.world(node)));
  }

  /** Returns the folders and files that are worlds of their own, by name. */
  public static List<String> places(Collection<Resource> objects) {
    return new Worlds(objects)
        .worlds.keySet().stream()
            .filter(node -> node.above != null)
            .map(Node::path)
            .sorted()
            .toList();
  }

  /** Returns objects that are defined several times in one world, in order. */
  public static List<List<Resource>> repeated(Collection<Resource> objects) {
    return new Worlds(objects)
        .worlds.values().stream()
            .flatMap(own -> Variants.repeated(own.objects()).stream())
            .toList();
  }

  /** What an object is defined as; most are defined once, and then nobody asks what they say. */
  private static final class Definition {
    private final JsonNode tree;
    private @Nullable Integer hash;

    Definition(JsonNode tree) {
      this.tree = tree;
    }

    int hash() {
      Integer known = hash;
      if (known == null) {
        known = tree.hashCode();
        hash = known;
      }
      return known;
    }
  }

  /** A folder or file. */
  private static final class Node {
    private final String name;
    private final @Nullable Node above;
    private final Map<String, Node> below = new TreeMap<>();
    private final BitSet clashes = new BitSet();
    private Map<Key, List<Definition>> definitions = new HashMap<>();

    Node(String name, @Nullable Node above) {
      this.name = name;
      this.above = above;
    }

    /** Returns the nearest folder or file, this or above, that another beside it contradicts. */
    Node apart() {
      Node at = this;
      while (at.above != null && at.clashes.isEmpty()) {
        at = at.above;
      }
      return at;
    }

    String path() {
      String up = above == null ? "" : above.path();
      return up.isEmpty() || up.endsWith("/") ? up + name : up + "/" + name;
    }
  }

  private Node place(String file) {
    Node place = file.startsWith("/") ? step(root, "/") : root;
    for (Path step : Path.of(file).normalize()) {
      place = step(place, step.toString());
    }
    return place;
  }

  private static Node step(Node from, String name) {
    return from.below.computeIfAbsent(name, next -> new Node(next, from));
  }

  /** Finds, from below, what stands beside each other and defines one object differently. */
  private void gather(Node node) {
    Map<Key, List<Node>> definers = new LinkedHashMap<>();
    for (Node child : node.below.values()) {
      gather(child);
      child
          .definitions
          .keySet()
          .forEach(key -> definers.computeIfAbsent(key, k -> new ArrayList<>()).add(child));
    }
    definers.forEach(
        (key, nodes) -> {
          List<Definition> all = node.definitions.computeIfAbsent(key, k -> new ArrayList<>());
          nodes.forEach(child -> all.addAll(child.definitions.getOrDefault(key, List.of())));
          if (nodes.size() > 1 && differ(all)) {
            nodes.forEach(child -> child.clashes.set(clashes));
            clashes++;
          }
        });
    node.below.values().forEach(child -> child.definitions = Map.of());
  }

  /** Returns whether definitions are not all the same; of the same ones, one is kept. */
  private static boolean differ(List<Definition> all) {
    Set<Integer> seen = new HashSet<>();
    all.removeIf(definition -> !seen.add(definition.hash()));
    return all.size() > 1;
  }

  private World world(Node node) {
    Map<Node, Node> ways = new HashMap<>();
    for (Node at = node; at.above != null; at = at.above) {
      ways.put(at.above, at);
    }
    List<Resource> shared = new ArrayList<>();
    Set<Kind> hidden = new HashSet<>();
    List<Resource> objects = List.of();
    for (Map.Entry<Node, Own> entry : worlds.entrySet()) {
      Node other = entry.getKey();
      if (other == node) {
        objects = entry.getValue().objects();
      } else if (ways.containsKey(other)) {
        shared.addAll(entry.getValue().objects());
      } else if (!isAlternative(other, ways)) {
        hidden.addAll(entry.getValue().kinds());
      }
    }
    return new World(node == root ? "" : node.path(), objects, shared, hidden);
  }

  /**
   * Returns whether something stands in place of what is in the mesh.
   *
   * @param ways by folder, what leads from it to the world
   */
  private static boolean isAlternative(Node other, Map<Node, Node> ways) {
    for (Node at = other; at.above != null; at = at.above) {
      Node beside = ways.get(at.above);
      if (beside != null && beside != at) {
        return beside.clashes.intersects(at.clashes);
      }
    }
    return false;
  }
}
