/**
 * What the statuses and response flags mean that users meet, and which rules find their causes.
 * Imports rule.
 */
@NullMarked
package io.meshguard.symptom;

import org.jspecify.annotations.NullMarked;
