/**
 * Rules about DestinationRules as such: whether clients read them, and whether their subsets stand
 * for anything. May import resource, mesh, istio, traffic and rule.
 */
@NullMarked
package io.meshguard.rules.destination;

import org.jspecify.annotations.NullMarked;
