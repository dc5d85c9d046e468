package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What has to run so that some objects can be tried.
 *
 * @param objects all of them, in the order in which they are applied
 * @param pods to be started
 */
public record World(List<JsonNode> objects, List<PodSpec> pods) {
  /** Copies the lists. */
  public World {
    objects = List.copyOf(objects);
    pods = List.copyOf(pods);
  }

  /**
   * Returns the world of some YAML documents: the objects, and what they take for granted. A
   * destination in the cluster that no object defines is a Service with a Pod for each of its
   * subsets; a Service that selects no workload given here gets a Pod (one without a selector
   * selects {@code app: NAME}); a Gateway gets a Pod with the labels that it, and a Service of it,
   * selects. A Pod has a sidecar where its template asks for one ({@code sidecar.istio.io/inject:
   * "true"}).
   */
  public static World of(List<String> texts) {
    List<JsonNode> objects = new ArrayList<>();
    texts.forEach(text -> objects.addAll(Manifests.parse(text)));
    return new WorldBuilder(objects).build();
  }

  /** Returns the same with one more Pod. */
  public World with(PodSpec pod) {
    List<PodSpec> more = new ArrayList<>(pods);
    more.add(pod);
    return new World(objects, more);
  }

  /** Returns the objects as documents that kubectl takes. */
  String manifest() {
    StringBuilder text = new StringBuilder();
    objects.forEach(object -> text.append("---\n").append(object).append('\n'));
    return text.toString();
  }

  /** Returns the namespaces in which something stands. */
  Set<String> namespaces() {
    Set<String> namespaces = new LinkedHashSet<>();
    objects.forEach(object -> namespaces.add(Manifests.namespace(object)));
    pods.forEach(pod -> namespaces.add(pod.namespace()));
    namespaces.remove("");
    return namespaces;
  }
}
