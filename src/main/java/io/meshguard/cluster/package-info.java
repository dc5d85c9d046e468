/**
 * What ties the server to a cluster: the mesh and the policy as they are stored, certificates,
 * webhook configurations. May import Quarkus, fabric8 and every plain package.
 */
@NullMarked
package io.meshguard.cluster;

import org.jspecify.annotations.NullMarked;
