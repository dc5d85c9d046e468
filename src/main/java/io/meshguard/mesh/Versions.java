package io.meshguard.mesh;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The versions that an object may meet: those of all revisions for a configuration object, that of
 * the injecting revision for a workload.
 *
 * @param known the versions that are known, lowest first
 * @param complete whether there are no others
 */
public record Versions(Set<Version> known, boolean complete) {

  /** No version is known. */
  public static final Versions UNKNOWN = new Versions(Set.of(), false);

  /** Returns exactly one known version. */
  public static Versions of(Version version) {
    return new Versions(Set.of(version), true);
  }

  public Versions {
    known = Collections.unmodifiableSet(new TreeSet<>(known));
  }

  /** Returns whether a statement that is true of a range of versions is true here. */
  public Applicability in(VersionRange range) {
    if (range.equals(VersionRange.ALL)) {
      return Applicability.EVERYWHERE;
    }
    if (known.isEmpty()) {
      return Applicability.UNKNOWN;
    }
    long hits = known.stream().filter(range::contains).count();
    if (hits == 0) {
      return complete ? Applicability.NOWHERE : Applicability.UNKNOWN;
    }
    return hits == known.size() && complete ? Applicability.EVERYWHERE : Applicability.SOMEWHERE;
  }

  /** Returns the lowest known version. */
  public Optional<Version> lowest() {
    return known.stream().findFirst();
  }

  /**
   * Of which versions a statement is true. Not a {@code Ternary}: that some versions are met of
   * which it is true is certain, and worth a warning, but no denial.
   */
  public enum Applicability {
    /** True of no version that is met. */
    NOWHERE,
    /** True of at least one version that is met, not or not surely of all. */
    SOMEWHERE,
    /** True of every version that is met. */
    EVERYWHERE,
    /** No version is known of which it is true, but not all are known. */
    UNKNOWN;

    /** Returns whether it is certain that a version is met of which the statement is true. */
    public boolean isMet() {
      return this == SOMEWHERE || this == EVERYWHERE;
    }

    /**
     * Returns where both this statement and another are true. Two that are true of some versions
     * count as true of the same ones, as two are that are each true from a version on.
     */
    public Applicability and(Applicability other) {
      if (this == NOWHERE || other == NOWHERE) {
        return NOWHERE;
      }
      if (this == EVERYWHERE) {
        return other;
      }
      return other == EVERYWHERE || other == this ? this : UNKNOWN;
    }
  }
}
