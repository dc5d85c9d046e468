package io.meshguard.audit;

import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Finding;
import java.util.Optional;

/**
 * A finding in a stored object that is neither exempt nor switched off.
 *
 * @param judged the finding and its mode
 * @param slipped whether it is proved that the webhook would have refused it, and was not asked
 */
public record Failure(GradedFinding judged, boolean slipped) {

  /** There may be many, kept for long, and nobody mends by them: what would mend is left out. */
  public Failure {
    Finding full = judged.finding();
    Finding told =
        new Finding(
            full.rule(),
            full.object(),
            full.path(),
            full.message(),
            Optional.empty(),
            Optional.empty(),
            full.holds(),
            full.neverDenied(),
            full.fingerprint());
    judged = new GradedFinding(told, judged.mode(), judged.decision(), judged.because());
  }
}
