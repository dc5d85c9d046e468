package io.meshguard.rules;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import java.util.Set;

/** A mesh that writes down what is worked out of it for all reviews together. */
record DerivingMesh(Mesh mesh, Set<MemoizedQuery<?>> queries) implements Mesh {

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
  public MeshFacts facts() {
    return mesh.facts();
  }

  @Override
  public <T> T derive(MemoizedQuery<T> derivation) {
    queries.add(derivation);
    return mesh.derive(derivation);
  }
}
