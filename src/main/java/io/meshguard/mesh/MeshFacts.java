package io.meshguard.mesh;

import io.meshguard.resource.Kind;
import java.util.Map;
import java.util.Set;

/**
 * Facts about the mesh that no single object tells.
 *
 * @param istio versions of all Istio revisions together
 * @param revisions version of each revision that is known, by revision name; the revision without a
 *     name is {@code default}
 * @param kubernetes versions of the API server
 * @param kubelet versions of the nodes' kubelets
 * @param platform what the cluster runs on
 * @param multiCluster whether the mesh spans, or may span, several clusters: then an object that is
 *     not here may be elsewhere
 * @param rootNamespaces the mesh's root namespaces, normally {@code istio-system}
 * @param clusterDomain DNS suffix of the cluster; empty where there are several
 * @param domainKnown whether something says so; else it is the usual one
 */
public record MeshFacts(
    Versions istio,
    Map<String, Version> revisions,
    Versions kubernetes,
    Versions kubelet,
    Platform platform,
    boolean multiCluster,
    Set<String> rootNamespaces,
    String clusterDomain,
    boolean domainKnown) {

  /** Nothing known: the root namespace and cluster domain are the usual ones. */
  public static final MeshFacts UNKNOWN =
      new MeshFacts(
          Versions.UNKNOWN,
          Map.of(),
          Versions.UNKNOWN,
          Versions.UNKNOWN,
          Platform.UNKNOWN,
          false,
          Set.of("istio-system"),
          "cluster.local",
          false);

  public MeshFacts {
    revisions = Map.copyOf(revisions);
    rootNamespaces = Set.copyOf(rootNamespaces);
  }

  /** Makes facts of a mesh of which nothing says what its cluster domain is. */
  public MeshFacts(
      Versions istio,
      Map<String, Version> revisions,
      Versions kubernetes,
      Versions kubelet,
      Platform platform,
      boolean multiCluster,
      Set<String> rootNamespaces,
      String clusterDomain) {
    this(
        istio,
        revisions,
        kubernetes,
        kubelet,
        platform,
        multiCluster,
        rootNamespaces,
        clusterDomain,
        false);
  }

  /**
   * Returns the same facts of a mesh with a cluster domain.
   *
   * @param domain the domain; empty where it is not known which it is
   * @param known whether something says it
   */
  public MeshFacts inDomain(String domain, boolean known) {
    return new MeshFacts(
        istio,
        revisions,
        kubernetes,
        kubelet,
        platform,
        multiCluster,
        rootNamespaces,
        domain,
        known);
  }

  /**
   * Returns whether an object that is not in this cluster may be in another one and count here all
   * the same. Webhooks never do: an API server asks only those that it stores itself.
   */
  public boolean mayBeElsewhere(Kind kind) {
    return multiCluster && !kind.equals(Kind.MUTATING_WEBHOOK_CONFIGURATION);
  }

  /** What a cluster runs on. */
  public enum Platform {
    /** Tencent Kubernetes Engine. */
    TKE,
    /** Anything else. */
    OTHER,
    /** Not known. */
    UNKNOWN
  }
}
