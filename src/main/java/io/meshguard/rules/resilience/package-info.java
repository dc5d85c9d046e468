/**
 * Rules about what happens when a service is slow or fails: retries, circuit breaking. May import
 * resource, mesh, match and rule.
 */
@NullMarked
package io.meshguard.rules.resilience;

import org.jspecify.annotations.NullMarked;
