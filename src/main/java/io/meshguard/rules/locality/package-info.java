/**
 * Rules about keeping traffic in its own region and zone. May import resource, mesh, match and
 * rule.
 */
@NullMarked
package io.meshguard.rules.locality;

import org.jspecify.annotations.NullMarked;
