/**
 * The rule about clients that speak HTTP/1.0. May import process, istio, resource, mesh and rule.
 */
@NullMarked
package io.meshguard.rules.http10;

import org.jspecify.annotations.NullMarked;
