/** Rules about who may do what in the cluster. May import resource, mesh, match and rule. */
@NullMarked
package io.meshguard.rules.access;

import org.jspecify.annotations.NullMarked;
