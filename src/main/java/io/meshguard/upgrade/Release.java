package io.meshguard.upgrade;

import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runs before or after an upgrade.
 *
 * @param istio the version of every control plane and proxy
 * @param kubernetes the version of API servers and kubelets; empty where it is not known
 */
public record Release(Version istio, Optional<Version> kubernetes) {

  /** Returns the facts of a mesh as they are with this release. */
  public MeshFacts in(MeshFacts mesh) {
    Versions cluster = kubernetes.map(Versions::of).orElse(Versions.UNKNOWN);
    return new MeshFacts(
        Versions.of(istio),
        Map.of(),
        cluster,
        cluster,
        mesh.platform(),
        mesh.multiCluster(),
        mesh.rootNamespaces(),
        mesh.clusterDomain(),
        mesh.domainKnown());
  }

  /**
   * Returns the way to another release, minor by minor: first Istio, then Kubernetes. Begins with
   * this release and ends with that one.
   */
  public List<Release> wayTo(Release target) {
    List<Release> way = new ArrayList<>();
    way.add(this);
    for (Version next : between(istio, target.istio)) {
      way.add(new Release(next, kubernetes));
    }
    if (kubernetes.isPresent() && target.kubernetes.isPresent()) {
      for (Version next : between(kubernetes.get(), target.kubernetes.get())) {
        way.add(new Release(target.istio, Optional.of(next)));
      }
    }
    return List.copyOf(way);
  }

  /** Returns what is new of this release after another: a product and its version. */
  public String newAfter(Release before) {
    return istio.equals(before.istio)
        ? Product.KUBERNETES.title() + " " + shown(kubernetes.orElse(istio))
        : Product.ISTIO.title() + " " + shown(istio);
  }

  /** Returns it for people: {@code Istio 1.24, Kubernetes 1.31}. */
  @Override
  public String toString() {
    return Product.ISTIO.title()
        + " "
        + shown(istio)
        + kubernetes.map(v -> ", " + Product.KUBERNETES.title() + " " + shown(v)).orElse("");
  }

  /** Returns a version, without a patch that is 0. */
  public static String shown(Version version) {
    return version.patch() == 0 ? version.major() + "." + version.minor() : version.toString();
  }

  private static List<Version> between(Version from, Version to) {
    List<Version> all = new ArrayList<>();
    for (int minor = from.minor() + 1; minor <= to.minor(); minor++) {
      all.add(new Version(to.major(), minor, 0));
    }
    if (!to.equals(all.isEmpty() ? from : all.get(all.size() - 1))) {
      all.add(to);
    }
    return all;
  }
}
