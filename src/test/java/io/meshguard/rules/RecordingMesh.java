package io.meshguard.rules;

import io.meshguard.mesh.Access;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import java.util.Set;

/** A mesh that writes down which kinds were looked up. */
record RecordingMesh(Mesh mesh, Set<Kind> read) implements Mesh {

  @Override
  public Lookup find(Kind kind, String namespace, String name) {
    read.add(kind);
    return mesh.find(kind, namespace, name);
  }

  @Override
  public Listing list(Kind kind) {
    read.add(kind);
    return mesh.list(kind);
  }

  @Override
  public Listing list(Kind kind, String namespace) {
    read.add(kind);
    return mesh.list(kind, namespace);
  }

  @Override
  public Listing list(Index index, String key) {
    read.add(index.kind());
    return mesh.list(index, key);
  }

  @Override
  public MeshFacts facts() {
    return mesh.facts();
  }

  @Override
  public Access access() {
    return mesh.access();
  }
}
