package io.meshguard.controlplane;

/** The versions that the control plane is made of, in one place. */
final class Versions {
  /** Kubernetes, as its git tag. */
  static final String KUBERNETES = "v1.35.4";

  /** The line whose patch releases are all as good. */
  static final String KUBERNETES_LINE = "v1.35";

  /** The module that Istio's custom resource definitions come from. */
  static final String ISTIO_API = "v1.29.0";

  /** The module that istiod is built from: a commit of Istio's main branch on the way to 1.31. */
  static final String ISTIOD = "v0.0.0-20260827124520-eed52ebb66ad";

  private Versions() {}

  /** Tells whether a version is a release (no alpha, beta or candidate) of a line. */
  static boolean isReleaseOf(String line, String version) {
    String prefix = line + ".";
    if (!version.startsWith(prefix)) {
      return false;
    }
    String patch = version.substring(prefix.length());
    return !patch.isEmpty()
        && patch.length() <= 4
        && patch.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Returns the last number of a release. */
  static int patch(String release) {
    return Integer.parseInt(release.substring(release.lastIndexOf('.') + 1));
  }
}
