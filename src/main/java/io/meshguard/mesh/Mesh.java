package io.meshguard.mesh;

import io.meshguard.resource.Kind;

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

  /** Returns what is known of the person asking and their permissions. */
  default Access access() {
    return Access.UNKNOWN;
  }
}
