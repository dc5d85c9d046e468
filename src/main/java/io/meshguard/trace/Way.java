package io.meshguard.trace;

import io.meshguard.trace.TraceResult.Share;
import java.util.ArrayList;
import java.util.List;

/**
 * The way of a call under some assumptions.
 *
 * @param steps its steps, in order
 * @param shares its outcomes
 */
record Way(List<Step> steps, List<Share> shares) {
  Way {
    steps = List.copyOf(steps);
    shares = List.copyOf(shares);
  }

  static Way to(List<Step> steps, Outcome outcome) {
    return new Way(steps, List.of(new Share(100, outcome)));
  }

  /** Returns the same behind other steps. */
  Way after(List<Step> before) {
    List<Step> all = new ArrayList<>(before);
    all.addAll(steps);
    return new Way(all, shares);
  }
}
