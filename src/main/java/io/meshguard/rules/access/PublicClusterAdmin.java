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
import java.util.Optional;
import java.util.Set;

/**
 * A binding that gives cluster-admin to everybody: to all who have logged in, to all Pods, or even
 * to those who have not logged in (kubernetes.io/docs/reference/access-authn-authz/rbac, default
 * roles).
 */
public final class PublicClusterAdmin implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("public-cluster-admin")
          .subjects(Kind.CLUSTER_ROLE_BINDING, Kind.ROLE_BINDING)
          .mode(Mode.DENY)
          .faq(FaqEntry.CLUSTER_ACCESS, FaqEntry.SUB_ACCOUNT)
          .build();

  private static final String KEPT = "kubernetes.io/bootstrapping";

  /** Group of the service accounts of one namespace, whose name follows. */
  private static final String OF_NAMESPACE = "system:serviceaccounts:";

  /** Namespaces of those who manage the whole cluster anyway. */
  private static final Set<String> TRUSTED = Set.of("", "argocd", "flux-system", "kube-system");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Cursor role = subject.at("roleRef");
    boolean admin = role.at("kind").is("ClusterRole") && role.at("name").is("cluster-admin");
    // The API server keeps some bindings itself.
    if (!admin || subject.label(KEPT).isPresent()) {
      return;
    }
    boolean inNamespace = subject.kind().equals(Kind.ROLE_BINDING);
    for (Cursor bound : report.judged(subject.at("subjects").each())) {
      Optional<Public> everybody = Public.of(bound);
      if (everybody.isPresent()) {
        String key = everybody.get().key() + (inNamespace ? "-namespace" : "");
        Report.Draft draft = report.say(bound.at("name"), key, everybody.get().shown());
        if (inNamespace || everybody.get().lesser()) {
          draft.lesser();
        }
      }
    }
  }

  /**
   * A subject that stands for more than somebody who is known by name.
   *
   * @param key of the message
   * @param shown in the message
   * @param lesser whether it stands for one namespace alone
   */
  private record Public(String key, String shown, boolean lesser) {

    static Optional<Public> of(Cursor bound) {
      String name = bound.at("name").text("");
      if (bound.at("kind").is("User")) {
        return name.equals("system:anonymous")
            ? Optional.of(new Public("anonymous", name, false))
            : Optional.empty();
      }
      if (bound.at("kind").is("ServiceAccount")) {
        String namespace = bound.at("namespace").text("");
        return name.equals("default") && !TRUSTED.contains(namespace)
            ? Optional.of(new Public("default-account", namespace, true))
            : Optional.empty();
      }
      return bound.at("kind").is("Group") ? ofGroup(name) : Optional.empty();
    }

    private static Optional<Public> ofGroup(String name) {
      if (name.startsWith(OF_NAMESPACE)) {
        String namespace = name.substring(OF_NAMESPACE.length());
        return TRUSTED.contains(namespace)
            ? Optional.empty()
            : Optional.of(new Public("accounts-of-namespace", namespace, true));
      }
      return switch (name) {
        case "system:authenticated" -> Optional.of(new Public("authenticated", name, false));
        case "system:unauthenticated" -> Optional.of(new Public("anonymous", name, false));
        case "system:serviceaccounts" -> Optional.of(new Public("accounts", name, false));
        default -> Optional.empty();
      };
    }
  }
}
