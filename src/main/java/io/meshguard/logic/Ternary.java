package io.meshguard.logic;

/**
 * The truth of a statement that may stay open, named like the status of a Kubernetes condition.
 * Combined as in Kleene's strong logic: the result is known where any value of what is unknown
 * would give the same.
 *
 * <p>Two things that look alike are not of this type: a lookup that found something carries it
 * ({@code mesh.Lookup}), and a statement about several versions may be true of some of them ({@code
 * mesh.Versions.Applicability}).
 */
public enum Ternary {
  /** The statement holds. */
  TRUE,
  /** The statement does not hold. */
  FALSE,
  /** Nothing may be concluded: it was not decided, or not seen. */
  UNKNOWN;

  /** Returns a truth value that is known. */
  public static Ternary of(boolean holds) {
    return holds ? TRUE : FALSE;
  }

  /** Returns whether this and another statement hold. */
  public Ternary and(Ternary other) {
    if (this == FALSE || other == FALSE) {
      return FALSE;
    }
    return this == TRUE ? other : this;
  }

  /** Returns whether this or another statement holds. */
  public Ternary or(Ternary other) {
    return not().and(other.not()).not();
  }

  /** Returns whether this statement does not hold. */
  public Ternary not() {
    return switch (this) {
      case TRUE -> FALSE;
      case FALSE -> TRUE;
      case UNKNOWN -> UNKNOWN;
    };
  }
}
