package io.meshguard.symptom;

import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.List;

/**
 * A rule that finds what is behind a symptom.
 *
 * @param rule the rule
 * @param symptoms those of its symptoms that the user may mean
 */
public record Cause(RuleInfo rule, List<Symptom> symptoms) {

  /** Copies the list. */
  public Cause {
    symptoms = List.copyOf(symptoms);
  }
}
