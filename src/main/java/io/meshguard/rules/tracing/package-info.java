/**
 * Rules about what keeps a distributed trace in one piece. May import resource, mesh, match and
 * rule.
 */
@NullMarked
package io.meshguard.rules.tracing;

import org.jspecify.annotations.NullMarked;
