package io.meshguard.lint;

import io.meshguard.engine.Settings;
import io.meshguard.istio.Releases;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.MeshFacts.Platform;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.policy.General;
import io.meshguard.policy.IstioVersion;
import io.meshguard.policy.Policy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was said beforehand about judging: by options, by a policy, or by nobody.
 *
 * @param settings modes and exemptions
 * @param facts what the mesh is known to be
 * @param docsUrl what stands before a rule's id in a link; empty for no links
 * @param istioAssumed whether nobody said which Istio runs
 */
public record CheckContext(
    Settings settings, MeshFacts facts, String docsUrl, boolean istioAssumed) {

  /**
   * Returns what a policy says, and options against it.
   *
   * @param istio versions of Istio from options; none: as the policy says, else the newest known
   * @param kubernetes versions of Kubernetes from options; none: as the policy says
   */
  public static CheckContext of(Policy policy, List<Version> istio, List<Version> kubernetes) {
    return of(policy, new Said(istio, kubernetes, IstioVersion.AUTO, Optional.empty()));
  }

  /**
   * What is said of versions outside of a policy.
   *
   * @param istio versions of Istio from options; they count before everything else
   * @param kubernetes versions of Kubernetes from options or the repository
   * @param repository versions of Istio from the repository's configuration
   * @param clusterDomain the cluster's DNS domain, where it is known
   */
  public record Said(
      List<Version> istio,
      List<Version> kubernetes,
      IstioVersion repository,
      Optional<String> clusterDomain) {}

  /** Returns what a policy says, and options and the repository's configuration against it. */
  public static CheckContext of(Policy policy, Said elsewhere) {
    General general = policy.general();
    List<Version> istio = elsewhere.istio();
    List<Version> kubernetes = elsewhere.kubernetes();
    IstioVersion written =
        elsewhere.repository().auto() ? general.istioVersion() : elsewhere.repository();
    IstioVersion said = istio.isEmpty() ? written : IstioVersion.AUTO;
    Set<Version> versions = new HashSet<>(istio);
    said.all().ifPresent(versions::add);
    versions.addAll(said.byRevision().values());
    boolean assumed = versions.isEmpty();
    if (assumed) {
      versions.add(Releases.NEWEST_ISTIO);
    }
    Versions cluster =
        kubernetes.isEmpty()
            ? general.kubernetesVersion().map(Versions::of).orElse(Versions.UNKNOWN)
            : new Versions(Set.copyOf(kubernetes), true);
    MeshFacts facts =
        new MeshFacts(
            new Versions(versions, true),
            Map.copyOf(said.byRevision()),
            cluster,
            cluster,
            general.platform().orElse(Platform.UNKNOWN),
            general.clusters() == General.Clusters.MULTI,
            general.meshNamespaces(),
            MeshFacts.UNKNOWN.clusterDomain());
    MeshFacts inDomain =
        elsewhere.clusterDomain().map(domain -> facts.inDomain(domain, true)).orElse(facts);
    return new CheckContext(policy, inDomain, general.docsUrl(), assumed);
  }
}
