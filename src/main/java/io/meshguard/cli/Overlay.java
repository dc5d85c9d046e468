package io.meshguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A cluster's objects as they are once others are applied. */
final class Overlay {

  private Overlay() {}

  /**
   * Returns all objects of the cluster with the given ones in the place of those of the same name.
   * What the API server filled in stays: when an object was made decides between two for one host.
   */
  static List<Resource> of(Collection<Resource> cluster, Collection<Resource> applied) {
    Map<List<Object>, Resource> all = new LinkedHashMap<>();
    cluster.forEach(object -> all.put(key(object), object));
    for (Resource object : applied) {
      Resource stored = all.get(key(object));
      all.put(key(object), stored == null ? object : keeping(stored, object));
    }
    return new ArrayList<>(all.values());
  }

  private static List<Object> key(Resource object) {
    return List.of(object.kind(), object.ref().path());
  }

  private static Resource keeping(Resource stored, Resource applied) {
    if (!(applied.copy() instanceof ObjectNode tree)) {
      return applied;
    }
    JsonNode created = stored.tree().path("metadata").path("creationTimestamp");
    if (created.isTextual() && tree.path("metadata") instanceof ObjectNode metadata) {
      metadata.set("creationTimestamp", created);
    }
    JsonNode address = stored.tree().path("spec").path("clusterIP");
    boolean given = tree.path("spec").has("clusterIP");
    if (applied.kind().equals(Kind.SERVICE)
        && address.isTextual()
        && !given
        && tree.path("spec") instanceof ObjectNode spec) {
      spec.set("clusterIP", address);
    }
    return applied.withTree(tree);
  }
}
