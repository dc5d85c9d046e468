package io.meshguard.rules.access;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;

/**
 * A binding that gives cluster-admin to everybody: to all who have logged in, or even to those who
 * have not (kubernetes.io/docs/reference/access-authn-authz/rbac, default roles).
 */
public final class PublicClusterAdmin implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("public-cluster-admin")
          .subjects(Kind.CLUSTER_ROLE_BINDING, Kind.ROLE_BINDING)
          .mode(Mode.DENY)
          .faq(FaqEntry.CLUSTER_ACCESS, FaqEntry.SUB_ACCOUNT)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Cursor role = subject.at("roleRef");
    if (!role.at("kind").is("ClusterRole") || !role.at("name").is("cluster-admin")) {
      return;
    }
    String where = subject.kind().equals(Kind.ROLE_BINDING) ? "-namespace" : "";
    for (Cursor bound : subject.at("subjects").each()) {
      Cursor name = bound.at("name");
      boolean group = bound.at("kind").is("Group");
      if (group && name.is("system:authenticated")) {
        report.say(name, "authenticated" + where);
      } else if ((group && name.is("system:unauthenticated"))
          || (bound.at("kind").is("User") && name.is("system:anonymous"))) {
        report.say(name, "anonymous" + where, name.text(""));
      }
    }
  }
}
