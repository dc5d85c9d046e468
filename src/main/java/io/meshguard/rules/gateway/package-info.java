/**
 * Rules about Gateways: whose Pods they stand on, and what their servers do to each other. May
 * import resource, mesh, istio, traffic and rule.
 */
@NullMarked
package io.meshguard.rules.gateway;

import org.jspecify.annotations.NullMarked;
