package io.meshguard.istio;

import io.meshguard.mesh.Version;

/** Releases that this release of Meshguard knows. */
public final class Releases {

  /** The newest Istio release whose source the rules were compared with. */
  public static final Version NEWEST_ISTIO = Version.of("1.30.3");

  private Releases() {}
}
