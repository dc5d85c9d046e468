package io.meshguard.trace;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.Kind;

/**
 * A mesh as one of its versions of Istio meets it.
 *
 * @param mesh the mesh
 * @param version the version
 */
record MeshAtVersion(Mesh mesh, Version version) implements Mesh {

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
    MeshFacts all = mesh.facts();
    return new MeshFacts(
        Versions.of(version),
        all.revisions(),
        all.kubernetes(),
        all.kubelet(),
        all.platform(),
        all.multiCluster(),
        all.rootNamespaces(),
        all.clusterDomain(),
        all.domainKnown());
  }
}
