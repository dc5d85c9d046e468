/**
 * Rules about how traffic from outside reaches an ingress gateway. May import resource, mesh, match
 * and rule.
 */
@NullMarked
package io.meshguard.rules.ingress;

import org.jspecify.annotations.NullMarked;
