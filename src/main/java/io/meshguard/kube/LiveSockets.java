package io.meshguard.kube;

import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.netty.channel.ChannelFuture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.impl.WebSocketInternal;
import io.vertx.core.spi.resolver.ResolverProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * HTTP clients whose web sockets notice when nobody is at the other end any more. A watch only
 * listens: where the connection is lost without a word, as with a firewall that forgot it, it would
 * stay open and silent until the client renews it after some minutes. So each is pinged every
 * second, and one that has answered before and does not any more is cut off; the client then
 * connects anew and goes on where it was. The client of fabric8 pings with OkHttp only.
 *
 * <p>They have threads of their own, so that whatever is listed holds up no request that is served.
 */
public final class LiveSockets {

  private static final Logger LOG = Logger.getLogger(LiveSockets.class);

  private static final long PING_MILLIS = 1_000;

  /** So many pings in a row without an answer mean that none will come. */
  private static final int MOST_UNANSWERED = 3;

  private static final int THREADS = 2;

  private LiveSockets() {}

  /** Returns what makes such clients; whatever it makes is closed together. */
  public static VertxHttpClientFactory factory() {
    return new VertxHttpClientFactory(watching(vertx()));
  }

  /** Names of hosts are looked up by the JDK, as the client of fabric8 has it. */
  private static Vertx vertx() {
    String property = ResolverProvider.DISABLE_DNS_RESOLVER_PROP_NAME;
    String before = System.getProperty(property);
    System.setProperty(property, "true");
    try {
      return Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(THREADS)
              .setUseDaemonThread(true)
              .setFileSystemOptions(
                  new FileSystemOptions()
                      .setFileCachingEnabled(false)
                      .setClassPathResolvingEnabled(false)));
    } finally {
      if (before == null) {
        System.clearProperty(property);
      } else {
        System.setProperty(property, before);
      }
    }
  }

  private static Vertx watching(Vertx vertx) {
    return standIn(
        Vertx.class,
        vertx,
        (method, arguments, result) ->
            result instanceof HttpClient client && method.getName().equals("createHttpClient")
                ? watching(client, vertx)
                : result);
  }

  private static HttpClient watching(HttpClient client, Vertx vertx) {
    return standIn(
        HttpClient.class,
        client,
        (method, arguments, result) -> {
          if (result instanceof Future<?> future
              && arguments.length == 1
              && arguments[0] instanceof WebSocketConnectOptions options) {
            future.onSuccess(socket -> watch((WebSocket) socket, options.getURI(), vertx));
          }
          if (method.getName().equals("close")) {
            vertx.close();
          }
          return result;
        });
  }

  private static void watch(WebSocket socket, String uri, Vertx vertx) {
    Pings pings = new Pings();
    socket.pongHandler(
        pong -> {
          pings.answered();
          // an answer takes the place of the one message that the client has asked for
          socket.fetch(1);
        });
    ping(socket, pings, uri, vertx);
  }

  /**
   * Counts from one ping to the next, not by the clock: a process that stood still for some seconds
   * would otherwise send all pings that it missed at once, and not read the answers between.
   */
  private static void ping(WebSocket socket, Pings pings, String uri, Vertx vertx) {
    long timer =
        vertx.setTimer(
            PING_MILLIS,
            due -> {
              if (socket.isClosed()) {
                return;
              }
              if (pings.unanswered() >= MOST_UNANSWERED) {
                LOG.warnf("closing a watch that gets no answer: %s", uri.split("\\?", 2)[0]);
                ChannelFuture closed = ((WebSocketInternal) socket).channelHandlerContext().close();
                LOG.tracef("%s", closed);
                return;
              }
              pings.sent();
              socket.writePing(Buffer.buffer());
              ping(socket, pings, uri, vertx);
            });
    LOG.tracef("timer %d", (Object) timer);
  }

  /** Whoever has never answered may not know how to. Used by one thread. */
  private static final class Pings {
    private int unanswered;
    private boolean everAnswered;

    void sent() {
      unanswered++;
    }

    void answered() {
      unanswered = 0;
      everAnswered = true;
    }

    int unanswered() {
      return everAnswered ? unanswered : 0;
    }
  }

  /** Changes what comes of a call. */
  private interface Change {
    @Nullable Object of(Method method, Object[] arguments, @Nullable Object result);
  }

  /** Returns something that does what another does, but for what comes of some calls. */
  private static <T> T standIn(Class<T> type, T real, Change change) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, given) -> {
              Object[] arguments = given == null ? new Object[0] : given;
              try {
                return change.of(method, arguments, method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
