package io.meshguard.server.mesh;

import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Collection;

/** Fills the mesh of a running server, as its watches would. */
public final class MeshSeed {

  private MeshSeed() {}

  /** Puts objects into a mesh and says of which kinds these are all. */
  public static void fill(LiveMesh mesh, Collection<Resource> objects, Collection<Kind> whole) {
    objects.forEach(object -> mesh.store(object.kind()).put(object));
    whole.forEach(kind -> mesh.setWhole(kind, true));
  }
}
