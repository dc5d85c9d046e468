package io.meshguard.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Leads connections from one port on loopback to others; can cut them, or forget them silently. */
public final class Relay implements AutoCloseable {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int CONNECT_MILLIS = 1_000;

  private final Supplier<Optional<Integer>> target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Socket> swallowed = ConcurrentHashMap.newKeySet();
  private volatile boolean hanging;
  private final AtomicInteger refused = new AtomicInteger();
  private final ServerSocket listener = new ServerSocket(0, 50, LOOPBACK);
  private final ExecutorService threads = Executors.newCachedThreadPool(Relay::thread);

  /**
   * Starts to take connections.
   *
   * @param target the port to which the next connection is led; empty to refuse it
   */
  public Relay(Supplier<Optional<Integer>> target) throws IOException {
    this.target = target;
    threads.execute(this::accept);
  }

  /** Returns the port that it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Returns how many connections found nobody who took them. */
  public int refused() {
    return refused.get();
  }

  /** Ends all connections that are open. */
  public void cut() {
    close(open.toArray(Socket[]::new));
  }

  /**
   * Swallows from now on whatever is said on the connections that are open, which stay open: as if
   * a firewall had forgotten them.
   */
  public void swallow() {
    swallowed.addAll(open);
  }

  /** Has connections that come from now on be taken and nothing be said on them, or no more so. */
  public void hang(boolean now) {
    hanging = now;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        threads.execute(() -> lead(client));
      } catch (IOException e) {
        // Closed, or the client gave up before it was let in.
      }
    }
  }

  private void lead(Socket client) {
    Optional<Integer> port = target.get();
    Socket server = new Socket();
    open.add(client);
    if (hanging) {
      return;
    }
    try {
      if (port.isEmpty()) {
        throw new IOException("nobody is there");
      }
      server.connect(new InetSocketAddress(LOOPBACK, port.get()), CONNECT_MILLIS);
    } catch (IOException e) {
      refused.incrementAndGet();
      open.remove(client);
      close(client, server);
      return;
    }
    threads.execute(() -> pump(server, client, client));
    pump(client, server, client);
    open.remove(client);
    swallowed.remove(client);
  }

  /** Hands on what one side says until it ends; then there is nothing more to say to either. */
  private void pump(Socket from, Socket to, Socket client) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[8_192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!swallowed.contains(client)) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // The other side is told by the end of the connection, as it would be without a relay.
    } finally {
      close(from, to);
    }
  }

  private static void close(Socket... sockets) {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone, which is all that was wanted.
      }
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
    threads.shutdown();
  }
}
