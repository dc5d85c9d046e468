/** Rules about what a port is taken to speak. May import resource, mesh, match and rule. */
@NullMarked
package io.meshguard.rules.protocol;

import org.jspecify.annotations.NullMarked;
