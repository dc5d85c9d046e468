package io.meshguard.policy;

import io.meshguard.rule.Language;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What holds in some namespaces only.
 *
 * @param namespaces patterns of their names; empty for any
 * @param labels labels that they must have; empty for any
 * @param rules what is said of rules there
 * @param language language of messages there
 * @param dryRunEnforced whether a dry run that would be refused is refused there
 * @param place where it stands
 */
record NamespaceOverride(
    List<Glob> namespaces,
    Map<String, String> labels,
    ModeRules rules,
    Optional<Language> language,
    Optional<Boolean> dryRunEnforced,
    SourceLocation place) {

  NamespaceOverride {
    namespaces = List.copyOf(namespaces);
    labels = Map.copyOf(labels);
  }

  /** Returns whether labels have a say in what is refused in a namespace. */
  boolean byLabels() {
    return !labels.isEmpty() && (!rules.equals(ModeRules.NONE) || dryRunEnforced.isPresent());
  }

  /**
   * Returns whether a namespace is one of them.
   *
   * @param namespace its name; empty for an object that has none, which no override covers
   * @param itsLabels its labels
   */
  boolean covers(String namespace, Map<String, String> itsLabels) {
    return !namespace.isEmpty()
        && (namespaces.isEmpty() || namespaces.stream().anyMatch(glob -> glob.matches(namespace)))
        && itsLabels.entrySet().containsAll(labels.entrySet());
  }
}
