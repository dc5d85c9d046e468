package io.meshguard.cli;

import io.meshguard.mesh.Access.Permission;
import io.meshguard.rule.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody may not do in one cluster.
 *
 * @param context name of the cluster in the kubeconfig
 * @param missing what is needed and not allowed, in the order of asking
 * @param problem why the question could not be answered; then {@code missing} says nothing
 */
record AccessResult(String context, List<Permission> missing, Optional<Message> problem) {

  AccessResult {
    missing = List.copyOf(missing);
  }

  /**
   * A resource on which verbs are missing.
   *
   * @param group API group, empty for the core group
   * @param resource plural resource name
   * @param namespace the namespace, empty for all or none
   */
  record Target(String group, String resource, String namespace) {

    /** Returns {@code resource.group}, or the resource alone in the core group. */
    String text() {
      return group.isEmpty() ? resource : resource + "." + group;
    }
  }

  /** Returns the missing verbs by resource, in order. */
  Map<Target, List<String>> verbs() {
    Map<Target, List<String>> verbs = new LinkedHashMap<>();
    for (Permission permission : missing) {
      Target target = new Target(permission.group(), permission.resource(), permission.namespace());
      verbs.computeIfAbsent(target, t -> new ArrayList<>()).add(permission.verb());
    }
    return verbs;
  }
}
