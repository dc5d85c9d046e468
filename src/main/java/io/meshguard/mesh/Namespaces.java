package io.meshguard.mesh;

import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is known of the namespace of an object. */
public final class Namespaces {

  private Namespaces() {}

  /** Returns its labels; empty where the namespace is not known. A Namespace is its own. */
  public static Map<String, String> labels(Resource object, Mesh mesh) {
    Optional<Resource> namespace =
        object.kind().equals(Kind.NAMESPACE)
            ? Optional.of(object)
            : mesh.find(Kind.NAMESPACE, "", object.namespace()).found();
    Map<String, String> labels = new HashMap<>();
    namespace.ifPresent(
        found ->
            found
                .at("metadata", "labels")
                .fields()
                .forEach(
                    label ->
                        label.value().text().ifPresent(text -> labels.put(label.name(), text))));
    return labels;
  }
}
