/**
 * Judges what is stored, in the background, and tells of it: reports, metrics and Events. May
 * import fabric8, kube, server.mesh and the plain packages.
 */
@NullMarked
package io.meshguard.server.audit;

import org.jspecify.annotations.NullMarked;
