package io.meshguard.rules.filter;

import io.meshguard.istio.EnvoyPatch;
import java.util.Set;

/** What the operation of a patch does to the configuration that istiod makes. */
final class Operations {

  private static final Set<String> MERGES = Set.of("MERGE", "MERGE_AND_REPLACE_LIST");

  private static final Set<String> BRINGING =
      Set.of("ADD", "INSERT_FIRST", "INSERT_BEFORE", "INSERT_AFTER", "REPLACE");

  private Operations() {}

  /** Returns whether the value is merged into what is there. */
  static boolean isMerge(EnvoyPatch patch) {
    return MERGES.contains(patch.operation().text(""));
  }

  /**
   * Returns whether the value comes in beside what is there, for what has no order or is not
   * patched by it: istiod takes every insertion as an addition there, and knows no replacement
   * (istio pilot/pkg/model/envoyfilter.go {@code convertToEnvoyFilterWrapper}).
   */
  static boolean adds(EnvoyPatch patch) {
    return brings(patch)
        && !patch.operation().is("REPLACE")
        && !patch.applyTo().equals("ROUTE_CONFIGURATION");
  }

  /** Returns whether the value of a patch for a filter comes in as it stands. */
  static boolean brings(EnvoyPatch patch) {
    return BRINGING.contains(patch.operation().text(""));
  }
}
