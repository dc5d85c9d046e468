package io.meshguard.mesh;

import io.meshguard.resource.Kind;
import java.util.OptionalLong;

/**
 * What is around an object under review. Rules and the shared knowledge of this package look around
 * through it and through nothing else.
 */
public interface Mesh {

  /**
   * Looks up one object.
   *
   * @param namespace its namespace, empty for a cluster-scoped kind
   */
  Lookup find(Kind kind, String namespace, String name);

  /** Returns the objects of a kind. */
  Listing list(Kind kind);

  /** Returns the objects of a kind in one namespace. */
  Listing list(Kind kind, String namespace);

  /** Returns the objects that an index holds under a key. */
  Listing list(Index index, String key);

  /** Returns versions, platform and the other facts that no single object tells. */
  MeshFacts facts();

  /**
   * Returns how often something in the mesh has changed: as long as that number and the facts are
   * the same, so is every answer. Empty where changes are not counted.
   */
  default OptionalLong changes() {
    return OptionalLong.empty();
  }

  /**
   * Returns what a derivation makes of this mesh. A mesh that lasts keeps the answer while it is
   * the same.
   */
  default <T> T derive(MemoizedQuery<T> derivation) {
    return derivation.of(this);
  }

  /**
   * Returns whether what is known of a kind may be out of date, so that nobody should be refused
   * for it.
   */
  default boolean stale(Kind kind) {
    return false;
  }

  /** Returns what is known of the person asking and their permissions. */
  default Access access() {
    return Access.UNKNOWN;
  }
}
