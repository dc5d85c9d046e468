package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Pod to be simulated.
 *
 * @param namespace of the Pod
 * @param name of the Pod
 * @param labels of the Pod
 * @param proxy what stands in front of it
 * @param ports where its server listens, by number, with a name or an empty text
 * @param locality {@code region/zone}, which becomes its Node's; empty for none
 * @param group id of the group with which its application runs; 0 for root's, which has no meaning
 * @param metadata what its proxy tells istiod beyond the usual, such as {@code DNS_CAPTURE}
 */
public record PodSpec(
    String namespace,
    String name,
    Map<String, String> labels,
    Proxy proxy,
    Map<Integer, String> ports,
    String locality,
    int group,
    Map<String, JsonNode> metadata) {
  /** What stands in front of a Pod. */
  public enum Proxy {
    /** Nothing. */
    NONE,
    /** An Envoy through which all its TCP goes, in both directions. */
    SIDECAR,
    /** The Pod is an Envoy that serves others. */
    GATEWAY
  }

  /** Copies the maps. */
  public PodSpec {
    labels = Map.copyOf(labels);
    ports = Collections.unmodifiableMap(new TreeMap<>(ports));
    metadata = Map.copyOf(metadata);
  }

  /** Returns a Pod with a sidecar that serves nothing. */
  public static PodSpec client(String namespace, String name) {
    return new PodSpec(
        namespace, name, Map.of("app", name), Proxy.SIDECAR, Map.of(), "", 0, Map.of());
  }

  /** Returns a gateway. */
  public static PodSpec gateway(String namespace, String name, Map<String, String> labels) {
    return new PodSpec(namespace, name, labels, Proxy.GATEWAY, Map.of(), "", 0, Map.of());
  }

  /** Returns the same with another proxy. */
  public PodSpec with(Proxy other) {
    return new PodSpec(namespace, name, labels, other, ports, locality, group, metadata);
  }

  /** Returns the same; a Pod whose template lists no ports listens at these. */
  PodSpec listens(Map<Integer, String> others) {
    return ports.isEmpty()
        ? new PodSpec(namespace, name, labels, proxy, others, locality, group, metadata)
        : this;
  }

  /** Returns namespace and name, which no other Pod has. */
  String id() {
    return name + "." + namespace;
  }
}
