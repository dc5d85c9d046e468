package io.meshguard.kube;

import io.meshguard.istio.ClusterDomain;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.MeshFacts.Platform;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.policy.General;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells versions and the like from what stands in the cluster, after what the policy says of them.
 */
public final class LiveFacts {

  private static final String DEFAULT = "default";
  private static final String REVISION = "istio.io/rev";

  private LiveFacts() {}

  /**
   * What the API server and the nodes say of themselves.
   *
   * @param kubernetes version of the API server as it writes it; empty where it was not asked yet
   * @param kubelet versions of the nodes' kubelets
   */
  public record Machines(String kubernetes, Versions kubelet) {
    public static final Machines UNKNOWN = new Machines("", Versions.UNKNOWN);

    /** Returns the same with the versions of all nodes' kubelets; one may be of any, if empty. */
    public Machines withKubelets(Set<String> versions) {
      Set<Version> known = new HashSet<>();
      boolean complete = !versions.isEmpty();
      for (String text : versions) {
        Optional<Version> version = Version.parse(text);
        version.ifPresent(known::add);
        complete &= version.isPresent();
      }
      return new Machines(kubernetes, new Versions(known, complete));
    }
  }

  /** Returns the facts for objects, machines and a policy. */
  public static MeshFacts of(Mesh mesh, Machines machines, General policy) {
    Set<String> roots = policy.meshNamespaces();
    Set<String> revisions = new TreeSet<>();
    Map<String, Version> versions = istiods(mesh, roots, revisions);
    Map<String, String> tags = injectors(mesh, revisions);
    for (String revision : revisions) {
      // a hosted control plane has no istiod to look at, but is named after its version
      Version.parse(revision).ifPresent(version -> versions.putIfAbsent(revision, version));
    }
    policy.istioVersion().byRevision().forEach(versions::put);
    revisions.addAll(policy.istioVersion().byRevision().keySet());
    tags.forEach(
        (tag, revision) ->
            Optional.ofNullable(versions.get(revision))
                .ifPresent(version -> versions.putIfAbsent(tag, version)));
    ClusterDomain domain = ClusterDomain.of(mesh);
    return new MeshFacts(
        istio(policy, revisions, versions),
        versions,
        kubernetes(machines, policy),
        machines.kubelet(),
        platform(machines, policy),
        severalClusters(mesh, policy),
        roots,
        domain.name(),
        domain.known());
  }

  private static Versions istio(
      General policy, Set<String> revisions, Map<String, Version> versions) {
    if (policy.istioVersion().all().isPresent()) {
      return Versions.of(policy.istioVersion().all().get());
    }
    boolean complete = !revisions.isEmpty() && versions.keySet().containsAll(revisions);
    return new Versions(new HashSet<>(versions.values()), complete);
  }

  /** Reads revisions and their versions from istiod Deployments in the root namespaces. */
  private static Map<String, Version> istiods(Mesh mesh, Set<String> roots, Set<String> revisions) {
    Map<String, Version> versions = new HashMap<>();
    for (String root : roots) {
      for (Resource deployment : mesh.list(Kind.DEPLOYMENT, root).items()) {
        if (IstiodSettings.isIstiod(deployment)) {
          String revision = deployment.label(REVISION).orElse(DEFAULT);
          revisions.add(revision);
          version(deployment).ifPresent(version -> versions.put(revision, version));
        }
      }
    }
    return versions;
  }

  /** Adds the revisions that inject, and returns which revision each tag stands for. */
  private static Map<String, String> injectors(Mesh mesh, Set<String> revisions) {
    Map<String, String> tags = new HashMap<>();
    for (Resource webhook : mesh.list(Kind.MUTATING_WEBHOOK_CONFIGURATION).items()) {
      Optional<String> revision = webhook.label(REVISION);
      if (revision.isEmpty()) {
        continue;
      }
      webhook.label("istio.io/tag").ifPresent(tag -> tags.put(tag, revision.get()));
      revisions.add(revision.get());
    }
    return tags;
  }

  private static Optional<Version> version(Resource istiod) {
    Optional<Version> fromImage =
        istiod.at("spec", "template", "spec", "containers").each().stream()
            .map(container -> tag(container.at("image").text("")))
            .flatMap(tag -> Version.parse(tag).stream())
            .findFirst();
    return fromImage
        .or(() -> istiod.label("app.kubernetes.io/version").flatMap(Version::parse))
        .or(() -> istiod.label("operator.istio.io/version").flatMap(Version::parse));
  }

  private static String tag(String image) {
    String name = image.substring(image.lastIndexOf('/') + 1);
    int digest = name.indexOf('@');
    String tagged = digest < 0 ? name : name.substring(0, digest);
    int colon = tagged.indexOf(':');
    return colon < 0 ? "" : tagged.substring(colon + 1);
  }

  private static Versions kubernetes(Machines machines, General policy) {
    return policy
        .kubernetesVersion()
        .or(() -> Version.parse(machines.kubernetes()))
        .map(Versions::of)
        .orElse(Versions.UNKNOWN);
  }

  private static Platform platform(Machines machines, General policy) {
    if (policy.platform().isPresent()) {
      return policy.platform().get();
    }
    if (machines.kubernetes().isEmpty()) {
      return Platform.UNKNOWN;
    }
    return machines.kubernetes().contains("-tke") ? Platform.TKE : Platform.OTHER;
  }

  private static boolean severalClusters(Mesh mesh, General policy) {
    return switch (policy.clusters()) {
      case SINGLE -> false;
      case MULTI -> true;
      case AUTO -> policy.meshNamespaces().stream().anyMatch(root -> sharesNetworks(mesh, root));
    };
  }

  private static boolean sharesNetworks(Mesh mesh, String root) {
    boolean network =
        mesh.find(Kind.NAMESPACE, "", root)
            .found()
            .flatMap(namespace -> namespace.label("topology.istio.io/network"))
            .isPresent();
    return network
        || mesh.list(Kind.CONFIG_MAP, root).items().stream()
            .map(map -> map.at("data", "meshNetworks").text("").strip())
            .anyMatch(text -> !text.isEmpty() && !text.equals("networks: {}"));
  }
}
