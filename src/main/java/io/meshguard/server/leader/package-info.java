/**
 * Which replica leads: the Lease, and what is said when it cannot be had. May import fabric8 and
 * kube.
 */
@NullMarked
package io.meshguard.server.leader;

import org.jspecify.annotations.NullMarked;
