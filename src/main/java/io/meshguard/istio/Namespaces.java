package io.meshguard.istio;

import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is known of namespaces. */
public final class Namespaces {

  /** The API server sets it on each Namespace, so that files need not have it. */
  private static final String NAME = "kubernetes.io/metadata.name";

  private Namespaces() {}

  /**
   * Returns the labels of the namespace of an object, as far as they are known: its name always is.
   * A Namespace is its own; an object of the cluster has none.
   */
  public static Map<String, String> labels(Resource object, Mesh mesh) {
    if (object.kind().equals(Kind.NAMESPACE)) {
      return labels(object);
    }
    String namespace = object.namespace();
    return namespace.isEmpty()
        ? Map.of()
        : labels(namespace, mesh).orElseGet(() -> Map.of(NAME, namespace));
  }

  /** Returns the labels of a namespace; empty where the namespace is not known. */
  public static Optional<Map<String, String>> labels(String namespace, Mesh mesh) {
    return mesh.find(Kind.NAMESPACE, "", namespace).found().map(Namespaces::labels);
  }

  /** Returns the labels that the API server sees on a Namespace. */
  public static Map<String, String> labels(Resource namespace) {
    Map<String, String> labels =
        new HashMap<>(LabelSelector.labels(namespace.at("metadata", "labels")));
    labels.putIfAbsent(NAME, namespace.name());
    return labels;
  }
}
