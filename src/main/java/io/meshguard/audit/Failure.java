package io.meshguard.audit;

import io.meshguard.rule.Judged;

/**
 * A finding in a stored object that is neither exempt nor switched off.
 *
 * @param judged the finding and its mode
 * @param slipped whether it is proved that the webhook would have refused it, and was not asked
 */
public record Failure(Judged judged, boolean slipped) {}
