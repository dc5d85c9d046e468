package io.meshguard.mesh;

import io.meshguard.resource.Kind;
import java.util.OptionalLong;

/**
 * A mesh as one request meets it: with somebody who asks.
 *
 * @param mesh the mesh
 * @param access who asks, and what they may do
 */
public record MeshWithAccess(Mesh mesh, Access access) implements Mesh {

  @Override
  public Lookup find(Kind kind, String namespace, String name) {
    return mesh.find(kind, namespace, name);
  }

  @Override
  public Listing list(Kind kind) {
    return mesh.list(kind);
  }

  @Override
  public Listing list(Kind kind, String namespace) {
    return mesh.list(kind, namespace);
  }

  @Override
  public Listing list(Index index, String key) {
    return mesh.list(index, key);
  }

  @Override
  public OptionalLong changes() {
    return mesh.changes();
  }

  @Override
  public <T> T derive(MemoizedQuery<T> derivation) {
    return mesh.derive(derivation);
  }

  @Override
  public MeshFacts facts() {
    return mesh.facts();
  }

  @Override
  public boolean stale(Kind kind) {
    return mesh.stale(kind);
  }
}
