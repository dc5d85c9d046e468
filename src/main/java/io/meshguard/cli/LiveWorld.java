package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.files.Manifests;
import io.meshguard.kube.ClusterReader;
import io.meshguard.kube.ClusterSnapshot;
import io.meshguard.lint.CheckContext;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Versions;
import io.meshguard.policy.General;
import io.meshguard.report.InputError;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects of a cluster as a {@link World}; apart from it, for it loads the cluster's client.
 */
final class LiveWorld {

  private LiveWorld() {}

  /** Objects of files stand in place of those of the cluster, as if they were applied. */
  static World read(
      WorldOptions options,
      Manifests given,
      Manifests around,
      List<RuleInfo> infos,
      General general,
      CheckContext context,
      ConsoleProgress progress) {
    try (KubernetesClient client = ClusterReader.client(Contexts.config(options))) {
      Set<Kind> kinds = ClusterReader.kinds(infos);
      ClusterSnapshot snapshot =
          new ClusterReader(client)
              .read(
                  kinds, List.of(), general, (kind, all) -> progress.step("progress.listing", all));
      List<Resource> all = new ArrayList<>(snapshot.objects());
      all.addAll(around.objects());
      all.addAll(given.objects());
      Map<String, String> unread = new TreeMap<>();
      snapshot.unread().forEach((kind, why) -> unread.put(kind.plural(), why));
      List<InputError> errors = new ArrayList<>(given.errors());
      errors.addAll(around.errors());
      return new World(
          mesh(snapshot, all, options, context),
          given.objects(),
          List.copyOf(all),
          context,
          errors,
          unread,
          List.of());
    } catch (KubernetesClientException e) {
      throw new UnusableException("cluster.unreadable", ClusterTrouble.of(e));
    }
  }

  private static Mesh mesh(
      ClusterSnapshot snapshot, List<Resource> all, WorldOptions options, CheckContext context) {
    MeshFacts facts = snapshot.facts();
    boolean said = !options.istioVersions.isEmpty() || facts.istio().known().isEmpty();
    return new ObjectMesh(
        all,
        kind -> snapshot.whole().contains(kind) || snapshot.missing().contains(kind),
        snapshot.unreadable().stream().map(one -> one.object().ref()).toList(),
        said ? with(facts, context.facts().istio()) : facts);
  }

  private static MeshFacts with(MeshFacts facts, Versions istio) {
    return new MeshFacts(
        istio,
        facts.revisions(),
        facts.kubernetes(),
        facts.kubelet(),
        facts.platform(),
        facts.multiCluster(),
        facts.rootNamespaces(),
        facts.clusterDomain(),
        facts.domainKnown());
  }
}
