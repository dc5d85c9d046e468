package io.meshguard.rule;

import io.meshguard.yaml.PatchOp;
import java.util.List;

/**
 * A way to mend a finding.
 *
 * @param title what it does, in the imperative
 * @param done what it did and what that costs, shown when it was applied by itself
 * @param safety what it may change besides
 * @param ops the operations, to be applied in order; empty for {@link Safety#MANUAL}
 */
public record Fix(Message title, Message done, Safety safety, List<PatchOp> ops) {

  public Fix {
    ops = List.copyOf(ops);
    if (ops.isEmpty() != (safety == Safety.MANUAL)) {
      throw new IllegalArgumentException("a manual fix has no operations, any other has");
    }
  }

  /** Returns whether the fix can be applied by a program. */
  public boolean applicable() {
    return safety != Safety.MANUAL;
  }
}
