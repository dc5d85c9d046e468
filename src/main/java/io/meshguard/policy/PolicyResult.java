package io.meshguard.policy;

import java.util.List;
import java.util.Optional;

/** What became of reading a policy. */
public sealed interface PolicyResult {

  /** Returns what somebody should know although it is no mistake. */
  List<Problem> warnings();

  /** Returns the policy, if it can be used. */
  default Optional<Policy> policy() {
    return this instanceof Accepted accepted ? Optional.of(accepted.used()) : Optional.empty();
  }

  /** Returns the reasons why it cannot be used; empty if it can. */
  default List<Problem> problems() {
    return this instanceof Refused refused ? refused.reasons() : List.of();
  }

  /**
   * The policy can be used.
   *
   * @param used the policy
   * @param warnings what somebody should know
   * @param ignored parts that were left out because this release does not know them; always empty
   *     for {@link PolicyReader#read}
   */
  record Accepted(Policy used, List<Problem> warnings, List<Problem> ignored)
      implements PolicyResult {
    public Accepted {
      warnings = List.copyOf(warnings);
      ignored = List.copyOf(ignored);
    }
  }

  /**
   * The policy cannot be used.
   *
   * @param reasons everything that is wrong with it, at least one thing
   * @param warnings what somebody should know besides
   */
  record Refused(List<Problem> reasons, List<Problem> warnings) implements PolicyResult {
    public Refused {
      reasons = List.copyOf(reasons);
      warnings = List.copyOf(warnings);
    }
  }
}
