package io.meshguard.route;

/**
 * The name of a cluster to a host (istio pilot/pkg/model/context.go {@code
 * BuildSubsetKey} @1.30.3).
 *
 * @param port the port
 * @param subset the subset; empty for none
 * @param host the host
 */
public record ClusterName(int port, String subset, String host) {

  @Override
  public String toString() {
    return "outbound|" + port + "|" + subset + "|" + host;
  }
}
