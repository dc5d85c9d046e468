package io.meshguard.server.mesh;

import io.meshguard.kube.LiveFacts;
import io.meshguard.kube.LiveFacts.Machines;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.policy.General;
import java.util.Set;

/**
 * Holds the facts that reviews see, so that no review has to work them out. Several threads tell it
 * something new, each one thing: none may undo what another has told.
 */
public final class FactsHolder {

  private Machines machines = Machines.UNKNOWN;
  private volatile MeshFacts facts = MeshFacts.UNKNOWN;

  /** Returns the facts as they are known now. */
  public MeshFacts facts() {
    return facts;
  }

  /** Works the facts out anew. */
  public synchronized void refresh(LiveMesh mesh, General policy) {
    MeshFacts now = LiveFacts.of(mesh, machines, policy);
    boolean moved = !now.rootNamespaces().equals(facts.rootNamespaces());
    facts = now;
    if (moved) {
      // What stands in the root namespaces is looked up by the facts of the mesh.
      facts = LiveFacts.of(mesh, machines, policy);
    }
  }

  /** Takes what the API server says of itself. */
  public synchronized void setKubernetes(String version) {
    machines = new Machines(version, machines.kubelet());
  }

  /** Takes the versions of all nodes. */
  public synchronized void setKubelets(Set<String> versions) {
    machines = machines.withKubelets(versions);
  }
}
