package io.meshguard.trace;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Kubernetes objects as trees. */
final class Trees {
  static final String NETWORKING = "networking.istio.io/v1";

  private Trees() {}

  /** Returns an object with an empty specification. */
  static ObjectNode object(String version, String kind, String namespace, String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", version).put("kind", kind);
    object.putObject("metadata").put("name", name).put("namespace", namespace);
    object.putObject("spec");
    return object;
  }

  /** Returns the specification of an object. */
  static ObjectNode spec(ObjectNode object) {
    return (ObjectNode) object.get("spec");
  }

  /** Adds an annotation. */
  static void annotate(ObjectNode object, String name, String value) {
    object.withObject("/metadata/annotations").put(name, value);
  }
}
