package io.meshguard.change;

import io.meshguard.route.ClusterName;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A cluster that gets requests.
 *
 * @param cluster its name; a port of 0 where it is not looked at
 * @param state what Envoy finds there
 * @param behind what stands behind it, by the name of the setting: labels of a subset, selector of
 *     a Service and the like
 */
public record Share(ClusterName cluster, State state, Map<String, String> behind) {

  /** What Envoy finds where it looks for a cluster. */
  public enum State {
    /** It can forward requests. */
    USABLE,
    /** There are no endpoints: 503 with the flag UH. */
    EMPTY,
    /** There is no cluster: 503 with the flag NC. */
    MISSING
  }

  /** Sorts the settings. */
  public Share {
    behind = Collections.unmodifiableMap(new TreeMap<>(behind));
  }
}
