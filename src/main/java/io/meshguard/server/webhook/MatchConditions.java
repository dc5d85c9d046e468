package io.meshguard.server.webhook;

import java.util.Map;

/**
 * CEL expressions that spare the webhook what it would have nothing to say of. An expression that
 * fails drops the request under failurePolicy Ignore, so each asks with {@code has()} first and is
 * true in doubt.
 */
final class MatchConditions {

  /** What has neither spec nor data may keep its content elsewhere, so it always counts. */
  private static final String CONTENT_CHANGED =
      "object == null || oldObject == null"
          + " || !has(object.metadata) || !has(oldObject.metadata)"
          + " || !(has(object.spec) || has(object.data))"
          + " || "
          + differs("", "spec")
          + " || "
          + differs("", "data")
          + " || "
          + differs(".metadata", "labels")
          + " || "
          + differs(".metadata", "annotations");

  /**
   * Whoever takes an owner or a finalizer away may end what has kept a finding from being denied.
   */
  private static final String CHANGED =
      "request.operation != 'UPDATE' || "
          + CONTENT_CHANGED
          + " || "
          + differs(".metadata", "ownerReferences")
          + " || "
          + differs(".metadata", "finalizers");

  /**
   * Only a finalizer may go without a question; a time of deletion that only the new object has is
   * made up.
   */
  private static final String NOT_BEING_DELETED =
      "oldObject == null || !has(oldObject.metadata)"
          + " || !has(oldObject.metadata.deletionTimestamp) || "
          + CONTENT_CHANGED;

  /** Controllers of Kubernetes itself have an account each, or all of them one user. */
  private static final String NOT_BY_KUBERNETES =
      "!has(request.userInfo.username)"
          + " || !(request.userInfo.username == 'system:kube-controller-manager'"
          + " || request.userInfo.username.startsWith('system:serviceaccount:kube-system:'))";

  /**
   * An owner can be made up, and one of another kind may not have been judged itself. Whoever asks
   * is looked at first: a list of very many owners would use up the budget of the expression.
   */
  private static final String NOT_CONTROLLED =
      "!(request.kind.kind in ['Pod', 'ReplicaSet', 'Job']) || "
          + NOT_BY_KUBERNETES
          + " || object == null"
          + " || !has(object.metadata) || !has(object.metadata.ownerReferences)"
          + " || !object.metadata.ownerReferences.exists(o, has(o.controller) && o.controller"
          + " && has(o.kind) && o.kind in"
          + " ['CronJob', 'DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'StatefulSet'])";

  /** Only a node mirrors Pods; anybody can write the annotation. */
  private static final String NOT_MIRRORED =
      "request.kind.kind != 'Pod' || object == null || !has(object.metadata)"
          + " || !has(object.metadata.annotations)"
          + " || !('kubernetes.io/config.mirror' in object.metadata.annotations)"
          + " || !(has(request.userInfo.username)"
          + " && request.userInfo.username.startsWith('system:node:'))";

  static final Map<String, String> MESH =
      Map.of("changed", CHANGED, "not-being-deleted", NOT_BEING_DELETED);

  static final Map<String, String> WORKLOADS =
      Map.of(
          "changed", CHANGED,
          "not-being-deleted", NOT_BEING_DELETED,
          "not-controlled", NOT_CONTROLLED,
          "not-mirrored", NOT_MIRRORED);

  private MatchConditions() {}

  private static String differs(String parent, String field) {
    String now = "object" + parent + "." + field;
    String before = "oldObject" + parent + "." + field;
    return "has(%s) != has(%s) || (has(%s) && %s != %s)".formatted(now, before, now, now, before);
  }
}
