package io.meshguard.engine;

import io.meshguard.resource.Resource;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.util.List;

/**
 * What the rules say of one object.
 *
 * @param object the object as it was judged; after {@link Engine#mend} the mended one
 * @param judged the findings, by place and rule
 * @param notices what somebody should be told besides
 * @param faults rules that failed by themselves
 * @param cutShort rules that left something unjudged because that would have been too much work
 * @param undiscovered whether rules were not run because istiod passes over the object's namespace
 */
public record Verdict(
    Resource object,
    List<GradedFinding> judged,
    List<Message> notices,
    List<Fault> faults,
    List<RuleInfo> cutShort,
    boolean undiscovered) {

  public Verdict {
    judged = List.copyOf(judged);
    notices = List.copyOf(notices);
    faults = List.copyOf(faults);
    cutShort = List.copyOf(cutShort);
  }

  /** Returns the findings of one mode. */
  public List<GradedFinding> of(Mode mode) {
    return judged.stream().filter(j -> j.mode() == mode && !j.exempt()).toList();
  }

  /** Returns whether the request is to be refused. */
  public boolean denied() {
    return judged.stream().anyMatch(j -> j.mode() == Mode.DENY);
  }

  /**
   * A rule that failed. That is our fault and never the requester's.
   *
   * @param rule the rule
   * @param cause what it threw
   */
  public record Fault(RuleInfo rule, Throwable cause) {}
}
