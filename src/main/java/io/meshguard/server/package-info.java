/**
 * Wires the server to its cluster and watches over the link. Each job has a room below: {@code
 * tls}, {@code leader}, {@code mesh}, {@code policy}, {@code audit}, {@code webhook}. May import
 * Quarkus, fabric8, kube and the plain packages.
 */
@NullMarked
package io.meshguard.server;

import org.jspecify.annotations.NullMarked;
