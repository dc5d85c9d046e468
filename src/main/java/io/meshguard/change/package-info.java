/**
 * What a change of objects means for requests: two meshes compared proxy by proxy, host by host.
 * May import deadline, logic, resource, mesh, istio, match, traffic, route and trace.
 */
@NullMarked
package io.meshguard.change;

import org.jspecify.annotations.NullMarked;
