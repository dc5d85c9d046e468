package io.meshguard.upgrade;

import io.meshguard.mesh.Version;
import java.util.List;
import java.util.Optional;

/**
 * An environment variable of istiod that keeps the old behaviour.
 *
 * @param name its name
 * @param old the value that keeps the old behaviour
 * @param gone the first release without it; empty where all known ones have it
 */
public record Flag(String name, String old, Optional<Version> gone) {

  static Flag of(String name, String old) {
    return new Flag(name, old, Optional.empty());
  }

  static Flag until(String name, String old, String gone) {
    return new Flag(name, old, Optional.of(Version.of(gone)));
  }

  /** Returns whether a release reads it. */
  public boolean isReadBy(Version istio) {
    return gone.map(istio::isBefore).orElse(true);
  }

  /** Returns whether every place that sets it asks for the old behaviour. */
  boolean keeps(List<String> values) {
    return !values.isEmpty() && values.stream().allMatch(old::equalsIgnoreCase);
  }
}
