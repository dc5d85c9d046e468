/** Rules about name resolution through the sidecar. May import resource, mesh and rule. */
@NullMarked
package io.meshguard.rules.dns;

import org.jspecify.annotations.NullMarked;
