/**
 * Rules about workloads that act on the node below the mesh. May import resource, mesh and rule.
 */
@NullMarked
package io.meshguard.rules.node;

import org.jspecify.annotations.NullMarked;
