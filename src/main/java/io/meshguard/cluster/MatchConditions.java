package io.meshguard.cluster;

import java.util.Map;

/**
 * CEL expressions that spare the webhook what it would have nothing to say of. An expression that
 * fails drops the request under failurePolicy Ignore, so each asks with {@code has()} first and is
 * true in doubt.
 */
final class MatchConditions {

  private static final String NOT_BEING_DELETED =
      "object == null || !has(object.metadata) || !has(object.metadata.deletionTimestamp)";

  /** What has neither spec nor data may keep its content elsewhere, so it always counts. */
  private static final String CHANGED =
      "request.operation != 'UPDATE' || object == null || oldObject == null"
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

  private static final String NOT_CONTROLLED =
      "!(request.kind.kind in ['Pod', 'ReplicaSet', 'Job']) || object == null"
          + " || !has(object.metadata) || !has(object.metadata.ownerReferences)"
          + " || !object.metadata.ownerReferences.exists(o, has(o.controller) && o.controller)";

  private static final String NOT_MIRRORED =
      "request.kind.kind != 'Pod' || object == null || !has(object.metadata)"
          + " || !has(object.metadata.annotations)"
          + " || !('kubernetes.io/config.mirror' in object.metadata.annotations)";

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
