/**
 * Rules about the order in which application and sidecar start, and the annotation that decides it.
 * May import resource, mesh and rule.
 */
@NullMarked
package io.meshguard.rules.startup;

import org.jspecify.annotations.NullMarked;
