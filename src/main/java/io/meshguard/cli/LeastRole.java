package io.meshguard.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.api.model.rbac.SubjectBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshguard.mesh.Requester;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The roles and bindings that grant exactly what is missing. */
final class LeastRole {

  private static final String RBAC = "rbac.authorization.k8s.io";

  private final Requester person;
  private final String name;

  LeastRole(Requester person, String purpose) {
    this.person = person;
    this.name = "mesh-" + purpose + "-" + plain(person.user());
  }

  /** Returns the objects as YAML documents; empty where nothing is missing. */
  String yaml(AccessResult result) {
    Map<String, Map<AccessResult.Target, List<String>>> byNamespace = new TreeMap<>();
    result
        .verbs()
        .forEach(
            (target, verbs) ->
                byNamespace
                    .computeIfAbsent(target.namespace(), n -> new LinkedHashMap<>())
                    .put(target, verbs));
    StringBuilder yaml = new StringBuilder();
    byNamespace.forEach(
        (namespace, verbs) ->
            objects(namespace, rules(verbs))
                .forEach(object -> yaml.append(document(Serialization.asYaml(object)))));
    return yaml.toString();
  }

  private List<HasMetadata> objects(String namespace, List<PolicyRule> rules) {
    if (namespace.isEmpty()) {
      return List.of(
          new ClusterRoleBuilder()
              .withNewMetadata()
              .withName(name)
              .endMetadata()
              .withRules(rules)
              .build(),
          new ClusterRoleBindingBuilder()
              .withNewMetadata()
              .withName(name)
              .endMetadata()
              .withRoleRef(new RoleRef(RBAC, "ClusterRole", name))
              .withSubjects(subject())
              .build());
    }
    return List.of(
        new RoleBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .withRules(rules)
            .build(),
        new RoleBindingBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .withRoleRef(new RoleRef(RBAC, "Role", name))
            .withSubjects(subject())
            .build());
  }

  /** One rule for all resources of a group on which the same verbs are missing. */
  private static List<PolicyRule> rules(Map<AccessResult.Target, List<String>> verbs) {
    record Alike(String group, List<String> verbs) {}
    Map<Alike, List<String>> resources = new LinkedHashMap<>();
    verbs.forEach(
        (target, missing) ->
            resources
                .computeIfAbsent(new Alike(target.group(), missing), a -> new ArrayList<>())
                .add(target.resource()));
    List<PolicyRule> rules = new ArrayList<>();
    resources.forEach(
        (alike, names) ->
            rules.add(
                new PolicyRuleBuilder()
                    .withApiGroups(alike.group())
                    .withResources(names)
                    .withVerbs(alike.verbs())
                    .build()));
    return rules;
  }

  private Subject subject() {
    String account = person.serviceAccount();
    int slash = account.indexOf('/');
    if (slash > 0) {
      return new SubjectBuilder()
          .withKind("ServiceAccount")
          .withNamespace(account.substring(0, slash))
          .withName(account.substring(slash + 1))
          .build();
    }
    return new SubjectBuilder().withApiGroup(RBAC).withKind("User").withName(person.user()).build();
  }

  private static String document(String yaml) {
    return yaml.startsWith("---") ? yaml : "---\n" + yaml;
  }

  private static String plain(String user) {
    StringBuilder plain = new StringBuilder();
    String lower = user.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
      plain.append(allowed ? c : '-');
    }
    return plain.toString();
  }
}
