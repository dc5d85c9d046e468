package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.files.Progress;
import io.meshguard.kube.ClusterReader;
import io.meshguard.kube.ClusterSnapshot;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.policy.General;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Set;

/**
 * What is stored in a cluster; apart from the command that asks for it, which also works on files
 * alone, for it loads the cluster's client.
 *
 * @param objects the objects
 * @param whole kinds of which every object is among them
 * @param facts what the mesh is known to be
 */
record StoredObjects(List<Resource> objects, Set<Kind> whole, MeshFacts facts) {

  /** Reads the objects of some kinds. */
  static StoredObjects read(
      ClusterAddress cluster, Set<Kind> kinds, General general, Progress progress) {
    try (KubernetesClient client = ClusterReader.client(Contexts.config(cluster))) {
      ClusterSnapshot snapshot =
          new ClusterReader(client)
              .read(
                  kinds, List.of(), general, (kind, all) -> progress.step("progress.listing", all));
      return new StoredObjects(snapshot.objects(), snapshot.whole(), snapshot.facts());
    } catch (KubernetesClientException e) {
      throw new UnusableException("cluster.unreadable", ClusterTrouble.of(e));
    }
  }
}
