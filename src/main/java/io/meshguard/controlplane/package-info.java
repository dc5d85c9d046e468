/**
 * A throwaway real control plane (etcd and kube-apiserver on loopback) for tests and for the demo:
 * finding or building its binaries, its certificates and processes, and kubectl against it. May
 * import Jackson, snakeyaml-engine and Bouncy Castle, and no other package of Meshguard.
 */
@NullMarked
package io.meshguard.controlplane;

import org.jspecify.annotations.NullMarked;
