/**
 * Rules about VirtualServices: where their routes apply, and which of them can be reached. May
 * import resource, mesh, match and rule.
 */
@NullMarked
package io.meshguard.rules.routing;

import org.jspecify.annotations.NullMarked;
