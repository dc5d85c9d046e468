/** Rules about labels that ask for a sidecar. May import resource, mesh and rule. */
@NullMarked
package io.meshguard.rules.injection;

import org.jspecify.annotations.NullMarked;
