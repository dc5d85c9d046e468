/**
 * What Istio makes of the objects around: injection, hosts, gateways, merged policies, visibility,
 * protocols, proxy configuration, discovery. May import yaml, resource and mesh.
 */
@NullMarked
package io.meshguard.istio;

import org.jspecify.annotations.NullMarked;
