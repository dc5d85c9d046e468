package io.meshguard.cli;

import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Releases;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.rule.Settings;
import java.util.List;
import java.util.Set;

/**
 * What was said beforehand about judging: by options, by a policy, or by nobody.
 *
 * @param settings modes and exemptions
 * @param facts what the mesh is known to be
 * @param docsUrl what stands before a rule's id in a link; empty for no links
 * @param istioAssumed whether nobody said which Istio runs
 */
record Terms(Settings settings, MeshFacts facts, String docsUrl, boolean istioAssumed) {

  /** Returns what options say. */
  static Terms of(CheckOptions options) {
    boolean assumed = options.istioVersions.isEmpty();
    List<Version> istio = assumed ? List.of(Releases.NEWEST_ISTIO) : options.istioVersions;
    MeshFacts unknown = MeshFacts.UNKNOWN;
    MeshFacts facts =
        new MeshFacts(
            new Versions(Set.copyOf(istio), true),
            unknown.revisions(),
            versions(options.kubernetesVersions),
            versions(options.kubernetesVersions),
            unknown.platform(),
            unknown.multiCluster(),
            unknown.rootNamespaces(),
            unknown.clusterDomain());
    return new Terms(new DefaultSettings(), facts, "", assumed);
  }

  private static Versions versions(List<Version> given) {
    return given.isEmpty() ? Versions.UNKNOWN : new Versions(Set.copyOf(given), true);
  }
}
