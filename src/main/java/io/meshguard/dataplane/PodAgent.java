package io.meshguard.dataplane;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs inside the network namespace of a Pod and hands connections in and out of it. Sockets of the
 * file system are not bound to a network namespace, so that the process which started all this can
 * open and take connections here without being here. Knows nothing but bytes, and needs nothing but
 * the JDK.
 *
 * <p>Whoever connects to its socket sends one line: {@code connect ADDRESS PORT} is answered {@code
 * ok LOCAL-PORT} or {@code no REASON}, and then the connection is the one that was asked for;
 * {@code listen ADDRESS PORT SOCKET} is answered likewise, and from then on every connection that
 * comes in is handed to that socket behind one line {@code ADDRESS PORT}.
 */
public final class PodAgent {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int BUFFER = 16 * 1024;
  private static final int LONGEST_LINE = 4_096;

  private PodAgent() {}

  /**
   * Serves until the process is killed.
   *
   * @param arguments the path of the socket
   */
  public static void main(String[] arguments) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      // Under its name it stands only when it takes connections.
      Path socket = Path.of(arguments[0] + ".new");
      server.bind(UnixDomainSocketAddress.of(socket), 512);
      Files.move(socket, Path.of(arguments[0]));
      while (true) {
        SocketChannel caller = server.accept();
        inBackground("caller", () -> serve(caller));
      }
    }
  }

  private static void serve(SocketChannel caller) throws IOException {
    try {
      String[] words = readLine(Channels.newInputStream(caller)).split(" ", -1);
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getByName(words[1]), Integer.parseInt(words[2]));
      if (words[0].equals("listen")) {
        listen(caller, address, words[3]);
      } else {
        connect(caller, address);
      }
    } finally {
      caller.close();
    }
  }

  private static void connect(SocketChannel caller, InetSocketAddress address) throws IOException {
    try (SocketChannel peer = SocketChannel.open()) {
      try {
        peer.socket().connect(address, CONNECT_MILLIS);
        peer.socket().setTcpNoDelay(true);
      } catch (IOException e) {
        say(caller, "no " + e.getMessage());
        return;
      }
      say(caller, "ok " + peer.socket().getLocalPort());
      relay(caller, peer);
    }
  }

  private static void listen(SocketChannel caller, InetSocketAddress address, String socket)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.bind(address, 512);
    } catch (IOException e) {
      server.close();
      say(caller, "no " + e.getMessage());
      return;
    }
    say(caller, "ok " + address.getPort());
    inBackground("listener " + address, () -> accept(server, address, socket));
  }

  private static void accept(ServerSocketChannel server, InetSocketAddress address, String socket)
      throws IOException {
    while (true) {
      SocketChannel client = server.accept();
      inBackground("client", () -> hand(client, address, socket));
    }
  }

  private static void hand(SocketChannel client, InetSocketAddress address, String socket)
      throws IOException {
    try (client;
        SocketChannel home = SocketChannel.open(UnixDomainSocketAddress.of(Path.of(socket)))) {
      client.socket().setTcpNoDelay(true);
      say(home, address.getAddress().getHostAddress() + " " + address.getPort());
      relay(client, home);
    }
  }

  /** Returns when both directions have ended; the end of one is passed on, not made the other's. */
  private static void relay(SocketChannel left, SocketChannel right) {
    Thread back = inBackground("relay", () -> copy(right, left));
    copy(left, right);
    try {
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    // Not the streams of both channels: those let one direction wait for the other (Java 17).
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      abort(from, to);
    }
  }

  private static void abort(SocketChannel one, SocketChannel other) {
    for (SocketChannel each : new SocketChannel[] {one, other}) {
      try {
        each.close();
      } catch (IOException e) {
        // Closed is what it should be.
      }
    }
  }

  private static void say(SocketChannel to, String line) throws IOException {
    Channels.newOutputStream(to).write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Reads byte by byte: what follows the line belongs to somebody else. */
  static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() == LONGEST_LINE) {
        throw new IOException("a line was expected, and " + line + " came");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private static Thread inBackground(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One connection ended; whoever made it sees that.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }
}
