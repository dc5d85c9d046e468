package io.meshguard.admission;

import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a review leaves in the audit log of the API server, which puts the webhook's name before.
 */
final class AuditAnnotations {

  private static final int MOST_RULES = 20;

  private AuditAnnotations() {}

  /**
   * Returns those of a verdict: those of its findings, and whether istiod passes over the object.
   */
  static Map<String, String> of(Verdict verdict) {
    Map<String, String> annotations = new TreeMap<>(of(verdict.judged()));
    if (verdict.undiscovered()) {
      annotations.put("undiscovered", verdict.object().namespace());
    }
    return annotations;
  }

  /** Returns the modes and rules of findings: {@code rules: unreachable-route=deny}. */
  static Map<String, String> of(List<GradedFinding> judged) {
    Map<String, String> modes = new TreeMap<>();
    for (GradedFinding one : judged) {
      String mode = one.exempt() ? "exempt" : one.mode().text();
      modes.merge(one.finding().rule().id(), mode, (a, b) -> a.equals("deny") ? a : b);
    }
    if (modes.isEmpty()) {
      return Map.of();
    }
    return Map.of(
        "rules",
        modes.entrySet().stream()
            .limit(MOST_RULES)
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(",")));
  }
}
