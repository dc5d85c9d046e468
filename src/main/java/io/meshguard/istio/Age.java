package io.meshguard.istio;

import io.meshguard.logic.Ternary;
import io.meshguard.resource.Resource;

/**
 * Which of two configuration objects of one kind is older, in whose order Istio takes them (istio
 * pilot/pkg/model/config.go {@code sortConfigByCreationTime} @1.30.3).
 */
public final class Age {

  private Age() {}

  /**
   * Returns whether one object is older than another: what the API server has stored is older than
   * what it has not, and equal times go by name, which some versions compare with a dot and the
   * namespace behind it.
   */
  public static Ternary isOlder(Resource one, Resource other) {
    String mine = created(one);
    String theirs = created(other);
    if (mine.isEmpty() || theirs.isEmpty()) {
      return mine.isEmpty() == theirs.isEmpty() ? Ternary.UNKNOWN : Ternary.of(theirs.isEmpty());
    }
    int byTime = mine.compareTo(theirs);
    if (byTime != 0) {
      return Ternary.of(byTime < 0);
    }
    int byName = one.name().compareTo(other.name());
    int joined = joined(one).compareTo(joined(other));
    return byName == 0 || Integer.signum(byName) == Integer.signum(joined)
        ? Ternary.of(joined < 0)
        : Ternary.UNKNOWN;
  }

  /** RFC 3339 in UTC to the second, as the API server writes it, sorts as text. */
  private static String created(Resource object) {
    String time = object.at("metadata", "creationTimestamp").text("");
    return time.endsWith("Z") ? time : "";
  }

  private static String joined(Resource object) {
    return object.name() + "." + object.namespace();
  }
}
