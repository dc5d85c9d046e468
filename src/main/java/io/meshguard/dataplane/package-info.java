/**
 * A real data plane on one machine, on top of a real control plane: istiod, Envoys as sidecars and
 * gateways, network namespaces as Pods, and servers that tell what reached them. For tests and the
 * demo; may import {@code controlplane} and Jackson, and no other package of Meshguard.
 */
@NullMarked
package io.meshguard.dataplane;

import org.jspecify.annotations.NullMarked;
