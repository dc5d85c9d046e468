package io.meshguard.mesh;

import java.util.Optional;

/**
 * Versions from one, inclusive, up to another, exclusive.
 *
 * @param from the first version in the range; empty for no lower end
 * @param to the first version after the range; empty for no upper end
 */
public record VersionRange(Optional<Version> from, Optional<Version> to) {

  /** Every version. */
  public static final VersionRange ALL = new VersionRange(Optional.empty(), Optional.empty());

  /** Returns the versions from one on. */
  public static VersionRange from(String version) {
    return new VersionRange(Optional.of(Version.of(version)), Optional.empty());
  }

  /** Returns the versions before one. */
  public static VersionRange before(String version) {
    return new VersionRange(Optional.empty(), Optional.of(Version.of(version)));
  }

  /** Returns the versions from one, inclusive, up to another, exclusive. */
  public static VersionRange between(String from, String to) {
    return new VersionRange(Optional.of(Version.of(from)), Optional.of(Version.of(to)));
  }

  /** Returns whether a version lies in the range. */
  public boolean contains(Version version) {
    return from.map(f -> f.compareTo(version) <= 0).orElse(true)
        && to.map(version::isBefore).orElse(true);
  }

  /** Returns the range in the form {@code >=1.10 <1.19}, or {@code all}. */
  @Override
  public String toString() {
    if (from.isEmpty() && to.isEmpty()) {
      return "all";
    }
    String lower = from.map(v -> ">=" + shortForm(v)).orElse("");
    String upper = to.map(v -> "<" + shortForm(v)).orElse("");
    return (lower + " " + upper).strip();
  }

  private static String shortForm(Version version) {
    return version.patch() == 0 ? version.major() + "." + version.minor() : version.toString();
  }
}
