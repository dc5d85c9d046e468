/**
 * The webhook configurations as they should stand in the cluster: made, registered, restored. May
 * import fabric8, kube and the plain packages.
 */
@NullMarked
package io.meshguard.server.webhook;

import org.jspecify.annotations.NullMarked;
