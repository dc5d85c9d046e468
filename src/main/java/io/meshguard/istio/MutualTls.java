package io.meshguard.istio;

import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a workload refuses plaintext, by PeerAuthentication: that of the workload, else that of
 * its namespace, else that of a root namespace (istio pilot/pkg/model/authentication.go @1.30.3).
 */
public final class MutualTls {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = Set.of(Kind.PEER_AUTHENTICATION);

  private MutualTls() {}

  /** Returns whether a workload surely refuses plaintext on all ports. */
  public static boolean isStrict(Workload workload, Mesh mesh) {
    List<Resource> own = mesh.list(Kind.PEER_AUTHENTICATION, workload.namespace()).items();
    List<Cursor> decisive = new ArrayList<>();
    Map<String, String> labels = workload.labels();
    own.stream()
        .filter(policy -> selects(policy, labels))
        .forEach(policy -> decisive.add(policy.at("spec")));
    if (decisive.stream().anyMatch(spec -> spec.at("portLevelMtls").isNonEmpty())) {
      return false;
    }
    own.stream()
        .filter(policy -> !hasSelector(policy))
        .forEach(policy -> decisive.add(policy.at("spec")));
    for (String root : mesh.facts().rootNamespaces()) {
      mesh.list(Kind.PEER_AUTHENTICATION, root).items().stream()
          .filter(policy -> !hasSelector(policy))
          .forEach(policy -> decisive.add(policy.at("spec")));
    }
    return decisive.stream()
        .map(spec -> spec.at("mtls", "mode").text())
        .flatMap(Optional::stream)
        .filter(mode -> !mode.equals("UNSET"))
        .findFirst()
        .filter("STRICT"::equals)
        .isPresent();
  }

  private static boolean hasSelector(Resource policy) {
    return policy.at("spec", "selector", "matchLabels").isNonEmpty();
  }

  private static boolean selects(Resource policy, Map<String, String> labels) {
    return hasSelector(policy) && new LabelSelector(policy.at("spec", "selector")).matches(labels);
  }
}
