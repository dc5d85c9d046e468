package io.meshguard.policy;

import io.meshguard.mesh.Version;
import java.util.Map;
import java.util.Optional;

/**
 * What a policy says of Istio versions; nothing where they are to be found out.
 *
 * @param all version of every revision
 * @param byRevision versions of some revisions by name; the revision without a name is {@code
 *     default}
 */
public record IstioVersion(Optional<Version> all, Map<String, Version> byRevision) {

  /** Versions are to be found out. */
  public static final IstioVersion AUTO = new IstioVersion(Optional.empty(), Map.of());

  public IstioVersion {
    byRevision = Map.copyOf(byRevision);
  }

  /** Returns whether versions are to be found out. */
  public boolean auto() {
    return all.isEmpty() && byRevision.isEmpty();
  }
}
