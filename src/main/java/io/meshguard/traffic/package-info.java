/**
 * What becomes of traffic: the tables that sidecars and gateways get from all VirtualServices,
 * Gateways, Services, ServiceEntries and DestinationRules together, and where each route leads. May
 * import deadline, resource, mesh and istio.
 */
@NullMarked
package io.meshguard.traffic;

import org.jspecify.annotations.NullMarked;
