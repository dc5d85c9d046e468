package io.meshguard.mesh;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Facts of meshes of which a test says the versions and nothing else is known. */
public final class SampleFacts {

  private SampleFacts() {}

  /** Returns the facts of a mesh with these versions of Istio and no others; none are unknown. */
  public static MeshFacts istio(String... versions) {
    Set<Version> known = Stream.of(versions).map(Version::of).collect(Collectors.toSet());
    return of(new Versions(known, !known.isEmpty()));
  }

  /** Returns the facts of a mesh with some versions of Istio. */
  public static MeshFacts of(Versions istio) {
    return of(istio, Versions.UNKNOWN);
  }

  /** Returns the facts of a mesh with some versions of Istio and of kubelets. */
  public static MeshFacts of(Versions istio, Versions kubelet) {
    MeshFacts unknown = MeshFacts.UNKNOWN;
    return new MeshFacts(
        istio,
        unknown.revisions(),
        unknown.kubernetes(),
        kubelet,
        unknown.platform(),
        unknown.multiCluster(),
        unknown.rootNamespaces(),
        unknown.clusterDomain());
  }
}
