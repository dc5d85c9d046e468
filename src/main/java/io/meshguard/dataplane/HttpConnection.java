package io.meshguard.dataplane;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection of a client, kept for as many requests as the other side allows. */
public final class HttpConnection implements AutoCloseable {
  private static final long LIMIT_SECONDS = 30;
  private static final ScheduledExecutorService CUTTER =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "data-plane-request-limit");
            thread.setDaemon(true);
            return thread;
          });

  private final SocketChannel channel;
  private final BufferedInputStream input;
  private final HttpWire in;
  private final OutputStream out;
  private @Nullable Http2Client second;

  HttpConnection(SocketChannel channel) {
    this.channel = channel;
    this.input = new BufferedInputStream(Channels.newInputStream(channel));
    this.in = new HttpWire(input);
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 64 * 1024);
  }

  /**
   * Sends a request and returns what came back, {@link RawResponse#RESET} where the connection
   * ended without an answer or 30 seconds passed.
   */
  public RawResponse send(RawRequest request) {
    ScheduledFuture<?> limit = CUTTER.schedule(this::close, LIMIT_SECONDS, TimeUnit.SECONDS);
    try {
      if (request.version().equals("HTTP/2")) {
        return overHttp2().send(request);
      }
      try {
        request.writeTo(out);
      } catch (IOException e) {
        // A server may answer and close before it has read everything (431).
      }
      return in.response(request.method());
    } catch (IOException e) {
      return RawResponse.reset();
    } finally {
      limit.cancel(false);
    }
  }

  private Http2Client overHttp2() {
    Http2Client client = second;
    if (client == null) {
      client = new Http2Client(input, out);
      second = client;
    }
    return client;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Closed is what it should be.
    }
  }
}
