package io.meshguard.rule;

import java.util.Optional;

/**
 * A finding and what becomes of it.
 *
 * @param finding the finding
 * @param mode what becomes of it; {@link Mode#OFF} where it is exempt
 * @param decision what settings say of the rule there
 * @param because why the mode is not the configured one; empty where it is
 */
public record Judged(Finding finding, Mode mode, Decision decision, Optional<Because> because) {

  /** Returns the same finding with a lower mode. */
  Judged lowered(Mode lower, Because why) {
    return new Judged(finding, lower, decision, Optional.of(why));
  }

  /** Returns whether the finding is exempt. */
  public boolean exempt() {
    return because.filter(Because.EXEMPTION::equals).isPresent();
  }
}
