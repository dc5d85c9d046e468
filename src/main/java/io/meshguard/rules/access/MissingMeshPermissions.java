package io.meshguard.rules.access;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Access;
import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshPermissions;
import io.meshguard.mesh.Requester;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A person creates a mesh object or takes a namespace into the mesh, and may not do all that it
 * takes to manage it afterwards. Kubernetes answers for each verb (SubjectAccessReview); one answer
 * that cannot be had silences the rule.
 */
public final class MissingMeshPermissions implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("missing-mesh-permissions")
          .subjects(
              Kind.NAMESPACE,
              Kind.VIRTUAL_SERVICE,
              Kind.DESTINATION_RULE,
              Kind.GATEWAY,
              Kind.SERVICE_ENTRY,
              Kind.SIDECAR,
              Kind.ENVOY_FILTER,
              Kind.PROXY_CONFIG,
              Kind.TELEMETRY,
              Kind.PEER_AUTHENTICATION)
          .mode(Mode.OFF)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.CLUSTER_ACCESS, FaqEntry.SUB_ACCOUNT)
          .symptoms(Symptom.of(403, ""))
          .beyondDiscovery()
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Access access = mesh.access();
    Optional<Requester> person = access.requester().filter(MissingMeshPermissions::isPerson);
    if (person.isEmpty()) {
      return;
    }
    boolean namespace = subject.kind().equals(Kind.NAMESPACE);
    Optional<Cursor> at = namespace ? injectionLabel(subject) : Optional.of(subject.at("kind"));
    List<Permission> missing = new ArrayList<>();
    if (at.isEmpty() || !collect(needed(subject), access, missing) || missing.isEmpty()) {
      return;
    }
    String user = person.get().user();
    String verbs = MeshPermissions.describe(missing);
    report
        .say(at.get(), "found", user, Message.verbatim(verbs))
        .names(user)
        .names(verbs)
        .advice("advice", user);
  }

  private static boolean isPerson(Requester requester) {
    return !requester.user().isEmpty() && !requester.user().startsWith("system:");
  }

  /** Returns false as soon as one answer cannot be had. */
  private static boolean collect(List<Permission> needed, Access access, List<Permission> missing) {
    for (Permission permission : needed) {
      Ternary answer = access.may(permission);
      if (answer == Ternary.UNKNOWN) {
        return false;
      }
      if (answer == Ternary.FALSE) {
        missing.add(permission);
      }
    }
    return true;
  }

  private static List<Permission> needed(Resource subject) {
    return subject.kind().equals(Kind.NAMESPACE)
        ? MeshPermissions.toManage(subject.name())
        : MeshPermissions.toManage(subject.kind(), subject.namespace());
  }

  private static Optional<Cursor> injectionLabel(Resource namespace) {
    Cursor labels = namespace.at("metadata", "labels");
    Cursor enabled = labels.at("istio-injection");
    if (enabled.is("enabled")) {
      return Optional.of(enabled);
    }
    return Optional.of(labels.at("istio.io/rev")).filter(revision -> !revision.text("").isEmpty());
  }
}
