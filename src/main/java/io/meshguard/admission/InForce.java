package io.meshguard.admission;

import io.meshguard.rule.Settings;

/**
 * The policy that a review is held under.
 *
 * @param settings what it decides about rules
 * @param guidance what it says to people
 */
record InForce(Settings settings, Guidance guidance) {}
