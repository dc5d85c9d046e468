/**
 * Which policy and which pause the cluster asks for, and what is written back about them. May
 * import fabric8, kube, server.audit for its Events, and the plain packages.
 */
@NullMarked
package io.meshguard.server.policy;

import org.jspecify.annotations.NullMarked;
