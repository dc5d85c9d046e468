package io.meshguard.match;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of one match in the light of those before it. */
public sealed interface Coverage {

  /**
   * No request reaches the match.
   *
   * @param by the smallest set of earlier matches, themselves reachable, that together take every
   *     request of this one; ascending
   * @param witness a request that was meant for this match; null where one of its conditions cannot
   *     be computed. Opaque conditions do not show in it.
   * @param takenBy the first match that takes the witness
   */
  record Covered(List<Integer> by, @Nullable Request witness, int takenBy) implements Coverage {
    public Covered {
      by = List.copyOf(by);
    }
  }

  /** The witness reaches the match: it meets it, and no earlier one. */
  record Reachable(Request witness) implements Coverage {}

  /** The match contradicts itself; no request meets its condition on the named property. */
  record Empty(Dimension dimension) implements Coverage {}

  /** A pattern of this match is not RE2 syntax; Istio refuses it. */
  record Invalid(Dimension dimension, String pattern, String message) implements Coverage {}

  /** Not decided. */
  record Unknown(Reason reason) implements Coverage {}

  /** Why something is not decided. */
  enum Reason {
    /** Steps, states or time ran out. */
    BUDGET,
    /** A condition is outside what can be computed exactly. */
    UNSUPPORTED
  }
}
