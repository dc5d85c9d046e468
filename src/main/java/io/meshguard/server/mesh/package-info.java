/**
 * What the server knows of the mesh at each moment: watches, the objects that they bring, and
 * whether they are up to date. May import fabric8, kube and the plain packages.
 */
@NullMarked
package io.meshguard.server.mesh;

import org.jspecify.annotations.NullMarked;
