package io.meshguard.e2e;

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

/** Leads connections from one port on loopback to others, and can cut them. */
final class Relay implements AutoCloseable {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int CONNECT_MILLIS = 1_000;

  private final Supplier<Optional<Integer>> target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private final ServerSocket listener = new ServerSocket(0, 50, LOOPBACK);
  private final ExecutorService threads = Executors.newCachedThreadPool(Relay::thread);

  /**
   * Starts to take connections.
   *
   * @param target the port to which the next connection is led; empty to refuse it
   */
  Relay(Supplier<Optional<Integer>> target) throws IOException {
    this.target = target;
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Returns how many connections found nobody who took them. */
  int refused() {
    return refused.get();
  }

  /** Ends all connections that are open. */
  void cut() {
    close(open.toArray(Socket[]::new));
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
    try {
      if (port.isEmpty()) {
        throw new IOException("nobody is there");
      }
      server.connect(new InetSocketAddress(LOOPBACK, port.get()), CONNECT_MILLIS);
    } catch (IOException e) {
      refused.incrementAndGet();
      close(client, server);
      return;
    }
    open.add(client);
    threads.execute(() -> pump(server, client));
    pump(client, server);
    open.remove(client);
  }

  /** Hands on what one side says until it ends; then there is nothing more to say to either. */
  private static void pump(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
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
