package io.meshguard.rule;

import io.meshguard.resource.Resource;
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
public record Mending(
    Resource object,
    List<PatchOp> ops,
    List<Judged> applied,
    List<Verdict.Fault> faults,
    List<RuleInfo> cutShort) {

  public Mending {
    ops = List.copyOf(ops);
    applied = List.copyOf(applied);
    faults = List.copyOf(faults);
    cutShort = List.copyOf(cutShort);
  }
}
