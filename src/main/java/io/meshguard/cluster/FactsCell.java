package io.meshguard.cluster;

import io.meshguard.cluster.LiveFacts.Machines;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.policy.General;
import java.util.Set;

/**
 * Holds the facts that reviews see, so that no review has to work them out. Several threads tell it
 * something new, each one thing: none may undo what another has told.
 */
final class FactsCell {

  private Machines machines = Machines.UNKNOWN;
  private volatile MeshFacts facts = MeshFacts.UNKNOWN;

  MeshFacts facts() {
    return facts;
  }

  /** Works the facts out anew. */
  synchronized void refresh(LiveMesh mesh, General policy) {
    facts = LiveFacts.of(mesh, machines, policy);
  }

  /** Takes what the API server says of itself. */
  synchronized void setKubernetes(String version) {
    machines = new Machines(version, machines.kubelet());
  }

  /** Takes the versions of all nodes. */
  synchronized void setKubelets(Set<String> versions) {
    machines = machines.withKubelets(versions);
  }
}
