package io.meshguard.dataplane;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
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
  private BufferedInputStream input;
  private HttpWire in;
  private OutputStream out;
  private final int port;
  private @Nullable Http2Client second;

  HttpConnection(Outgoing outgoing) {
    this(outgoing.channel(), outgoing.port());
  }

  /** Opens one over what is connected already and begins at no port. */
  HttpConnection(SocketChannel channel) {
    this(channel, 0);
  }

  private HttpConnection(SocketChannel channel, int port) {
    this.channel = channel;
    this.port = port;
    this.input = new BufferedInputStream(Channels.newInputStream(channel));
    this.in = new HttpWire(input);
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 64 * 1024);
  }

  /** Returns the port of the client at which it begins. */
  public int port() {
    return port;
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

  /**
   * Goes on over TLS.
   *
   * @param serverName what is asked for; empty for nothing
   * @return whether the other side shook hands within 30 seconds
   */
  public boolean startTls(String serverName) {
    ScheduledFuture<?> limit = CUTTER.schedule(this::close, LIMIT_SECONDS, TimeUnit.SECONDS);
    try {
      SSLSocket socket = TlsSocket.open(channel, serverName);
      input = new BufferedInputStream(socket.getInputStream());
      in = new HttpWire(input);
      out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      limit.cancel(false);
    }
  }

  /**
   * Sends what need not be HTTP, and waits until the other side says anything or ends, or 30
   * seconds passed.
   */
  public void sendBytes(String text) {
    ScheduledFuture<?> limit = CUTTER.schedule(this::close, LIMIT_SECONDS, TimeUnit.SECONDS);
    try {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      input.read();
    } catch (IOException e) {
      // An end of another kind.
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
