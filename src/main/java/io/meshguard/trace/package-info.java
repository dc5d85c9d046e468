/**
 * What becomes of one request: its steps through the proxies, the outcome, and where the answer
 * depends on something that is not known. May import deadline, logic, yaml, resource, mesh, istio,
 * match, traffic and route.
 */
@NullMarked
package io.meshguard.trace;

import org.jspecify.annotations.NullMarked;
