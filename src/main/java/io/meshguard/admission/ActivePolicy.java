package io.meshguard.admission;

import io.meshguard.engine.Settings;

/**
 * The policy that a review is held under.
 *
 * @param settings what it decides about rules
 * @param guidance what it says to people
 */
record ActivePolicy(Settings settings, Guidance guidance) {}
