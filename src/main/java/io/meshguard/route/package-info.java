/**
 * What Istio writes for one proxy: its listeners, virtual hosts, routes and clusters, worked out
 * from the objects when they are asked for. May import deadline, logic, resource, mesh, istio,
 * match and traffic.
 */
@NullMarked
package io.meshguard.route;

import org.jspecify.annotations.NullMarked;
