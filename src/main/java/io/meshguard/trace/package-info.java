/**
 * What happens to a request, and what an access log says of it. Imports deadline, logic, resource,
 * mesh, istio, match and traffic.
 */
@NullMarked
package io.meshguard.trace;

import org.jspecify.annotations.NullMarked;
