package io.meshguard.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts a guard before every connection to a server of this process, whoever made the server. Netty
 * makes it (META-INF/services) where {@link #SWITCH} was set before the first server was made.
 */
public final class ConnectionGuards extends ChannelInitializerExtension {

  /** System property that has Netty look for extensions, and its value. */
  public static final Map.Entry<String, String> SWITCH =
      Map.entry(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");

  /** System property for the connections that are open at once to one port at most. */
  static final String MOST = "meshguard.connections.most";

  /** System property for the milliseconds that a handshake, and the head of a request, may take. */
  static final String HEAD_MILLIS = "meshguard.connections.head-millis";

  /**
   * An API server opens one connection for each call that is under way, and keeps some for later.
   */
  private static final int MOST_BY_DEFAULT = 1_000;

  private static final long HEAD_MILLIS_BY_DEFAULT = 10_000;

  /**
   * What is read and decrypted of one connection before its event loop turns to the next: whoever
   * sends a large body must not hold up all that share the loop.
   */
  private static final int BYTES_AT_ONCE = 16 * 1024;

  private static final int READS_AT_ONCE = 2;

  private final Map<Integer, Connections> servers = new ConcurrentHashMap<>();

  /** Netty makes it. */
  public ConnectionGuards() {}

  @Override
  public double priority() {
    return 0;
  }

  @Override
  public void postInitializeServerChildChannel(Channel connection) {
    if (connection.localAddress() instanceof InetSocketAddress local) {
      Connections connections =
          servers.computeIfAbsent(
              local.getPort(), port -> new Connections(Integer.getInteger(MOST, MOST_BY_DEFAULT)));
      long headMillis = Long.getLong(HEAD_MILLIS, HEAD_MILLIS_BY_DEFAULT);
      connection.pipeline().addFirst(new ConnectionGuard(connections, headMillis));
      connection
          .config()
          .setRecvByteBufAllocator(
              new FixedRecvByteBufAllocator(BYTES_AT_ONCE).maxMessagesPerRead(READS_AT_ONCE));
    }
  }
}
