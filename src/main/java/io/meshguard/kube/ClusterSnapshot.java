package io.meshguard.kube;

import io.meshguard.audit.NotJudged;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.policy.General;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A cluster as it was when it was read.
 *
 * @param objects the objects, by kind
 * @param whole kinds of which all objects were read
 * @param missing kinds that the API server does not serve
 * @param unread why not all objects of a kind could be read
 * @param partly namespaces of which the objects of such a kind were read all the same
 * @param unreadable objects that are there and could not be read
 * @param facts what no single object tells
 */
public record ClusterSnapshot(
    List<Resource> objects,
    Set<Kind> whole,
    Set<Kind> missing,
    Map<Kind, String> unread,
    Map<Kind, Set<String>> partly,
    List<NotJudged> unreadable,
    MeshFacts facts) {

  public ClusterSnapshot {
    objects = List.copyOf(objects);
    whole = Set.copyOf(whole);
    missing = Set.copyOf(missing);
    unread = Map.copyOf(unread);
    partly = Map.copyOf(partly);
    unreadable = List.copyOf(unreadable);
  }

  /** Returns the snapshot of what was read, with the facts that it tells. */
  static ClusterSnapshot of(
      List<Resource> objects,
      Set<Kind> whole,
      Set<Kind> missing,
      Map<Kind, String> unread,
      Map<Kind, Set<String>> partly,
      List<NotJudged> unreadable,
      LiveFacts.Machines machines,
      General policy) {
    MeshFacts facts = MeshFacts.UNKNOWN;
    // Once for where the control plane stands, and once for what it says.
    for (int round = 0; round < 2; round++) {
      Mesh bare = new ObjectMesh(objects, whole::contains, refs(unreadable), facts);
      facts = LiveFacts.of(bare, machines, policy);
    }
    return new ClusterSnapshot(objects, whole, missing, unread, partly, unreadable, facts);
  }

  /** Returns whether all objects of a kind in a namespace were read. */
  public boolean readIn(Kind kind, String namespace) {
    return whole.contains(kind) || partly.getOrDefault(kind, Set.of()).contains(namespace);
  }

  /** Returns the mesh that the objects form; nothing follows from what is not whole. */
  public Mesh mesh() {
    return new ObjectMesh(objects, whole::contains, refs(unreadable), facts);
  }

  private static List<ObjectRef> refs(List<NotJudged> unreadable) {
    return unreadable.stream().map(one -> one.object().ref()).toList();
  }
}
