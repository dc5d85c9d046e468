package io.meshguard.dataplane;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where a Pod's connections come from and arrive, alive as long as the agent in it. */
final class NetNamespace {
  private static final long START_MILLIS = 20_000;

  private final String name;
  private final Process agent;
  private final Path socket;

  NetNamespace(String name, Process agent, Path socket) {
    this.name = name;
    this.agent = agent;
    this.socket = socket;
  }

  /** Returns the command of an agent that serves at a socket of the file system. */
  static List<String> agent(Path socket) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-Xss256k",
        "-Xshare:auto",
        "-cp",
        Classes.place(PodAgent.class),
        PodAgent.class.getName(),
        socket.toString());
  }

  /** Returns the id of a process that lives in it. */
  long pid() {
    return agent.pid();
  }

  /** Waits until connections can go in and out. */
  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_MILLIS * 1_000_000;
    while (!accepts()) {
      if (!agent.isAlive() || System.nanoTime() > end) {
        throw new IOException("the agent of Pod " + name + " does not start");
      }
      Thread.sleep(5);
    }
  }

  /** The file of a socket is there before somebody listens at it. */
  private boolean accepts() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Opens a TCP connection from inside.
   *
   * @throws ConnectException where the other side refuses or does not answer
   */
  Outgoing connect(String address, int port) throws IOException {
    SocketChannel channel = ask("connect " + address + " " + port);
    try {
      String answer = PodAgent.readLine(Channels.newInputStream(channel));
      if (!answer.startsWith("ok ")) {
        throw new ConnectException(address + ":" + port + ": " + answer.substring(3));
      }
      return new Outgoing(channel, Integer.parseInt(answer.substring(3)));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Hands every connection that comes in at a port to a socket of the file system. */
  void listen(String address, int port, Path handler) throws IOException {
    try (SocketChannel channel = ask("listen %s %d %s".formatted(address, port, handler));
        InputStream in = Channels.newInputStream(channel)) {
      String answer = PodAgent.readLine(in);
      if (!answer.startsWith("ok ")) {
        throw new IOException(name + " cannot listen on port " + port + ": " + answer.substring(3));
      }
    }
  }

  private SocketChannel ask(String line) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      Channels.newOutputStream(channel).write((line + "\n").getBytes(StandardCharsets.UTF_8));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Ends it, and with it everything that runs in it and can no longer be reached. */
  void close() throws IOException, InterruptedException {
    agent.destroyForcibly().waitFor();
    Files.deleteIfExists(socket);
  }
}
