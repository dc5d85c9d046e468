package io.meshguard.admission.sample;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Kind;
import java.util.OptionalLong;

/**
 * A mesh without objects, at some moment.
 *
 * @param count how often it has changed
 * @param stale whether no news come in
 */
public record EmptyMesh(long count, boolean stale) implements Mesh {

  private static final Mesh EMPTY = ObjectMesh.empty(MeshFacts.UNKNOWN);

  @Override
  public Lookup find(Kind kind, String namespace, String name) {
    return EMPTY.find(kind, namespace, name);
  }

  @Override
  public Listing list(Kind kind) {
    return EMPTY.list(kind);
  }

  @Override
  public Listing list(Kind kind, String namespace) {
    return EMPTY.list(kind, namespace);
  }

  @Override
  public Listing list(Index index, String key) {
    return EMPTY.list(index, key);
  }

  @Override
  public MeshFacts facts() {
    return EMPTY.facts();
  }

  @Override
  public OptionalLong changes() {
    return OptionalLong.of(count);
  }

  @Override
  public boolean stale(Kind kind) {
    return stale;
  }
}
