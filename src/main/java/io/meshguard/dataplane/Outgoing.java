package io.meshguard.dataplane;

import java.nio.channels.SocketChannel;

/**
 * A TCP connection out of a network namespace.
 *
 * @param channel its bytes
 * @param port where it begins, which proxies write into their logs
 */
record Outgoing(SocketChannel channel, int port) {}
