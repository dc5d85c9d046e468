package io.meshguard.engine;

import io.meshguard.rule.DowngradeReason;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Mode;
import java.util.Optional;

/**
 * A finding and what becomes of it.
 *
 * @param finding the finding
 * @param mode what becomes of it; {@link Mode#OFF} where it is exempt
 * @param decision what settings say of the rule there
 * @param because why the mode is not the configured one; empty where it is
 */
public record GradedFinding(
    Finding finding, Mode mode, Decision decision, Optional<DowngradeReason> because) {

  /** Returns the same finding with a lower mode. */
  GradedFinding lowered(Mode lower, DowngradeReason why) {
    return new GradedFinding(finding, lower, decision, Optional.of(why));
  }

  /** Returns whether the finding is exempt. */
  public boolean exempt() {
    return because.filter(DowngradeReason.EXEMPTION::equals).isPresent();
  }
}
