package io.meshguard.resource;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A Kubernetes object as a JSON tree. Callers must not change the tree; {@link #copy()} returns one
 * that they may change.
 *
 * @param ref kind, namespace and name; the namespace is the one that counts, also where the
 *     object's own metadata does not say it
 * @param tree the object
 * @param origin where it was read from
 */
public record Resource(ObjectRef ref, JsonNode tree, Origin origin) {

  /**
   * Returns the object in a tree.
   *
   * @param tree an object with apiVersion and kind
   * @param defaultNamespace namespace of a namespaced object that names none
   * @param origin where it was read from
   */
  public static Resource of(JsonNode tree, String defaultNamespace, Origin origin) {
    String apiVersion = tree.path("apiVersion").asText("");
    Kind kind = Kind.of(apiVersion, tree.path("kind").asText(""));
    JsonNode metadata = tree.path("metadata");
    String name = metadata.path("name").asText("");
    if (name.isEmpty()) {
      name = metadata.path("generateName").asText("");
    }
    String namespace = "";
    if (kind.namespaced()) {
      namespace = metadata.path("namespace").asText("");
      namespace = namespace.isEmpty() ? defaultNamespace : namespace;
    }
    return new Resource(new ObjectRef(apiVersion, kind, namespace, name), tree, origin);
  }

  /** Returns the same object with another tree. */
  public Resource withTree(JsonNode changed) {
    return new Resource(ref, changed, origin);
  }

  /** Returns a deep copy of the tree, free to be changed. */
  public JsonNode copy() {
    return tree.deepCopy();
  }

  /** Returns the kind. */
  public Kind kind() {
    return ref.kind();
  }

  /** Returns the namespace that the object lives in; for a Namespace its own name; else empty. */
  public String namespace() {
    return ref.kind().equals(Kind.NAMESPACE) ? ref.name() : ref.namespace();
  }

  /** Returns the name. */
  public String name() {
    return ref.name();
  }

  /** Returns the cursor at the root. */
  public Cursor root() {
    return Cursor.root(tree);
  }

  /** Returns the place of a field, from the root. */
  public Cursor at(String... fields) {
    return root().at(fields);
  }

  /** Returns the place that a pointer leads to. */
  public Cursor at(JsonPointer pointer) {
    return new Cursor(tree.at(pointer), pointer);
  }

  /** Returns the value of a label; empty where it is not set to a string. */
  public Optional<String> label(String key) {
    return at("metadata", "labels", key).text();
  }

  /** Returns the value of an annotation; empty where it is not set to a string. */
  public Optional<String> annotation(String key) {
    return at("metadata", "annotations", key).text();
  }

  /** Returns whether the object is being deleted. */
  public boolean beingDeleted() {
    return at("metadata", "deletionTimestamp").isPresent();
  }

  /** Returns the ownerReference that says {@code controller: true}, missing where there is none. */
  public Optional<Cursor> controller() {
    return at("metadata", "ownerReferences").each().stream()
        .filter(owner -> owner.at("controller").isTrue())
        .findFirst();
  }

  /** Returns the tree as an object node; empty where the tree is no object. */
  public Optional<ObjectNode> object() {
    return tree instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
  }
}
