package io.meshguard.change;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a route does with its requests.
 *
 * @param outcome what becomes of them
 * @param limits under which limits they are forwarded, by the name of the setting
 * @param places what says so
 */
record Verdict(Outcome outcome, Map<String, String> limits, List<Place> places) {

  Verdict {
    limits = Collections.unmodifiableMap(new TreeMap<>(limits));
    places = List.copyOf(places);
  }

  /** Returns whether the same becomes of requests, under the same limits. */
  boolean isLike(Verdict other) {
    return outcome.equals(other.outcome) && limits.equals(other.limits);
  }
}
