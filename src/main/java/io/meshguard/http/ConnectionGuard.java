package io.meshguard.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection that somebody made to a server of ours. It ends the connection where the
 * handshake or the head of a request takes too long, however busily single bytes come in; nothing
 * else in the server looks at that time. Used on the event loop of the connection.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {

  private static final AttributeKey<ConnectionGuard> KEY =
      AttributeKey.valueOf("meshguard.connection");

  private final Connections connections;
  private final long headMillis;
  private @Nullable Channel channel;
  private @Nullable Future<?> timer;
  private volatile boolean asked;
  private volatile boolean busy;

  /**
   * Makes a guard for one connection.
   *
   * @param headMillis milliseconds for a handshake together with a head, and for each further head
   */
  ConnectionGuard(Connections connections, long headMillis) {
    this.connections = connections;
    this.headMillis = headMillis;
  }

  /** Returns the guard of a connection; null where it has none. */
  static @Nullable ConnectionGuard of(Channel channel) {
    return channel.attr(KEY).get();
  }

  /** Returns whether a request has come in over it at least once. */
  boolean asked() {
    return asked;
  }

  /** Returns whether a request is being answered. */
  boolean busy() {
    return busy;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    channel = context.channel();
    channel.attr(KEY).set(this);
    connections.opened(this);
    startTimer(context.channel());
    super.channelActive(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    stopTimer();
    connections.closed(this);
    super.channelInactive(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
    if (asked && !busy && timer == null) {
      startTimer(context.channel());
    }
    super.channelRead(context, bytes);
  }

  /** The head of a request is there. */
  void requestBegan() {
    asked = true;
    busy = true;
    stopTimer();
  }

  /** A request is answered. */
  void requestEnded() {
    busy = false;
    connections.used(this);
  }

  /** Ends the connection. */
  @SuppressWarnings("FutureReturnValueIgnored") // what cannot be closed is closed
  void close() {
    Channel open = channel;
    if (open != null) {
      open.close();
    }
  }

  private void startTimer(Channel open) {
    Runnable close = this::close;
    timer = open.eventLoop().schedule(close, headMillis, TimeUnit.MILLISECONDS);
  }

  private void stopTimer() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
      timer = null;
    }
  }
}
