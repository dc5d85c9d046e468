package io.meshguard.engine;

import io.meshguard.resource.Resource;
import io.meshguard.rule.RuleInfo;
import io.meshguard.yaml.PatchOp;
import java.util.List;

/**
 * What was mended.
 *
 * @param object the object after mending
 * @param ops the operations that lead there from the object as it came, in order
 * @param applied the findings that are gone, in the order in which they were mended
 * @param faults rules that failed by themselves
 * @param cutShort rules that left something unjudged because that would have been too much work
 */
public record FixResult(
    Resource object,
    List<PatchOp> ops,
    List<GradedFinding> applied,
    List<Verdict.Fault> faults,
    List<RuleInfo> cutShort) {

  public FixResult {
    ops = List.copyOf(ops);
    applied = List.copyOf(applied);
    faults = List.copyOf(faults);
    cutShort = List.copyOf(cutShort);
  }
}
