/**
 * The rule about clients that speak HTTP/1.0, and the reader of nginx configurations that it needs.
 * May import resource, mesh and rule.
 */
@NullMarked
package io.meshguard.rules.http10;

import org.jspecify.annotations.NullMarked;
