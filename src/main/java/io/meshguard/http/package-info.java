/**
 * What stands between a socket and whoever answers a request: how long a connection, a head and a
 * body may take, and how many bytes of bodies are held at once. Knows Netty and Vert.x, and no
 * other package of Meshguard.
 */
@NullMarked
package io.meshguard.http;

import org.jspecify.annotations.NullMarked;
