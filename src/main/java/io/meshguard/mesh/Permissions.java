package io.meshguard.mesh;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Access.Permission;
import java.util.Optional;

/** Tells of anybody what they may do in the cluster. */
@FunctionalInterface
public interface Permissions {

  /** Knows nobody's permissions. */
  Permissions UNKNOWN = requester -> permission -> Ternary.UNKNOWN;

  /**
   * Returns answers about one person, for the time of one review.
   *
   * @param requester who makes the request
   */
  Answers of(Requester requester);

  /** Answers about one person. */
  @FunctionalInterface
  interface Answers {
    /** Returns whether the person has a permission. */
    Ternary may(Permission permission);
  }

  /** Returns what is known of a person who makes a request. */
  default Access access(Requester requester) {
    Answers answers = of(requester);
    return new Access() {
      @Override
      public Optional<Requester> requester() {
        return Optional.of(requester);
      }

      @Override
      public Ternary may(Permission permission) {
        return answers.may(permission);
      }
    };
  }
}
