package io.meshguard.route;

import io.meshguard.resource.Resource;
import java.util.Map;
import java.util.Optional;

/**
 * A proxy at which requests enter.
 *
 * @param type what it is
 * @param namespace its namespace
 * @param name name of its workload, or of the Gateway that stands for it
 * @param labels labels of its Pod
 * @param object the workload; empty where only a Gateway tells of the proxy
 */
public record Proxy(
    Type type,
    String namespace,
    String name,
    Map<String, String> labels,
    Optional<Resource> object) {

  /** What a proxy is. */
  public enum Type {
    /** A gateway, which istiod calls a router. */
    GATEWAY,
    /** The sidecar of a workload. */
    SIDECAR
  }

  /** Copies the labels. */
  public Proxy {
    labels = Map.copyOf(labels);
  }

  /** Returns whether all of some labels are its labels. */
  public boolean has(Map<String, String> wanted) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }

  /** Returns how people name it: {@code gateway:istio-system/ingress} or {@code shop/web}. */
  public String title() {
    String path = namespace + "/" + name;
    return type == Type.GATEWAY ? "gateway:" + path : path;
  }
}
