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

  /** Returns the same finding, exempt by something that stands beside the object. */
  public GradedFinding exempted(Decision.Exemption exemption) {
    Decision exempt =
        new Decision(
            decision.configured(),
            Mode.OFF,
            decision.source(),
            decision.parameters(),
            Optional.of(exemption),
            decision.notices());
    return new GradedFinding(finding, Mode.OFF, exempt, Optional.of(DowngradeReason.EXEMPTION));
  }

  /** Returns whether the finding is exempt. */
  public boolean exempt() {
    return because.filter(DowngradeReason.EXEMPTION::equals).isPresent();
  }
}
