package io.meshguard.dataplane;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The server of every Pod: answers with what reached it, or as it was told to. Connections come in
 * from the Pods' network namespaces over one socket of the file system.
 */
public final class Echo implements AutoCloseable {
  /** A request may wish its answer: a status. */
  public static final String STATUS = "x-echo-status";

  /** A request may wish its answer late: milliseconds. */
  public static final String DELAY = "x-echo-delay";

  /** A request may wish that the connection is closed instead of an answer. */
  public static final String CLOSE = "x-echo-close";

  /** What the server outside the mesh is called. */
  static final String INTERNET = "internet";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The first byte of a TLS record with a ClientHello (RFC 8446 section 5.1). */
  private static final String TLS_HANDSHAKE = "\u0016";

  /** The method with which an HTTP/2 connection begins (RFC 9113 section 3.4). */
  private static final String HTTP_2_PREFACE = "PRI";

  private final Path socket;
  private final ServerSocketChannel server;
  private final Map<String, String> names = new ConcurrentHashMap<>();
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  /**
   * A request that reached a server.
   *
   * @param pod name and namespace of the Pod, with a dot between
   * @param port where it came in
   * @param connection number of the connection, over all servers
   * @param request with the names of its headers as they came
   */
  public record Received(String pod, int port, int connection, RawRequest request) {}

  /**
   * How a Pod answers.
   *
   * @param status of every answer whose request wishes no other
   * @param delayMillis before every answer
   * @param closes instead of an answer
   * @param headers of every answer, beside those that it needs
   */
  public record Behaviour(int status, int delayMillis, boolean closes, List<Header> headers) {
    /** Copies the list. */
    public Behaviour {
      headers = List.copyOf(headers);
    }

    /** Returns the usual: 200 at once. */
    public static Behaviour usual() {
      return new Behaviour(200, 0, false, List.of());
    }

    /** Returns a behaviour that differs in its status. */
    public static Behaviour status(int status) {
      return new Behaviour(status, 0, false, List.of());
    }
  }

  private Echo(Path socket, ServerSocketChannel server) {
    this.socket = socket;
    this.server = server;
  }

  /** Starts to serve connections that come in at a new socket. */
  static Echo start(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket), 512);
    Echo echo = new Echo(socket, server);
    echo.inBackground(echo::accept);
    return echo;
  }

  Path socket() {
    return socket;
  }

  /** Serves a port of an address under the name of a Pod. */
  void name(String address, int port, String pod) {
    names.put(address + " " + port, pod);
  }

  /** Lets a Pod answer otherwise from now on. */
  public void behave(SimulatedPod pod, Behaviour behaviour) {
    behave(pod.spec().id(), behaviour);
  }

  void behave(String pod, Behaviour behaviour) {
    behaviours.put(pod, behaviour);
  }

  /** Lets the server outside the mesh answer otherwise from now on. */
  public void behaveOutside(Behaviour behaviour) {
    behave(INTERNET, behaviour);
  }

  /** Lets all Pods answer as usual again and forgets what reached them. */
  public void reset() {
    behaviours.clear();
    received.clear();
  }

  /** Returns the requests that reached any server since the last reset, the earliest first. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel channel = server.accept();
      inBackground(() -> serve(channel));
    }
  }

  private void serve(SocketChannel channel) throws IOException {
    try (channel) {
      BufferedInputStream in = new BufferedInputStream(Channels.newInputStream(channel));
      OutputStream out = new BufferedOutputStream(new ChannelOutput(channel));
      String target = PodAgent.readLine(in);
      String pod = names.getOrDefault(target, target);
      int port = Integer.parseInt(target.substring(target.indexOf(' ') + 1));
      int connection = connections.incrementAndGet();
      in.mark(HTTP_2_PREFACE.length());
      String first = new String(in.readNBytes(HTTP_2_PREFACE.length()), ISO_8859_1);
      in.reset();
      if (first.startsWith(TLS_HANDSHAKE)) {
        // Who speaks TLS would wait for an answer that never comes.
        return;
      }
      if (first.equals(HTTP_2_PREFACE)) {
        new Http2Server(in, out, request -> answer(request, pod, port, connection)).serve();
        return;
      }
      HttpWire wire = new HttpWire(in);
      while (answer(wire, out, pod, port, connection)) {
        // The next request of the connection.
      }
    }
  }

  /** Returns whether the connection goes on. */
  private boolean answer(HttpWire wire, OutputStream out, String pod, int port, int connection)
      throws IOException {
    HttpWire.Head head = wire.head();
    byte[] body = wire.requestBody(head);
    String[] words = head.start().split(" ", 3);
    if (words.length < 3) {
      throw new IOException("no request line: " + head.start());
    }
    RawRequest request =
        new RawRequest(
            words[0], words[1], words[2], head.headers(), new String(body, StandardCharsets.UTF_8));
    EchoAnswer answer = answer(request, pod, port, connection);
    if (answer.closes()) {
      return false;
    }
    boolean keep =
        words[2].equals("HTTP/1.1") && !request.header("connection").equalsIgnoreCase("close");
    write(out, request, answer, keep);
    return keep;
  }

  private EchoAnswer answer(RawRequest request, String pod, int port, int connection)
      throws IOException {
    received.add(new Received(pod, port, connection, request));
    Behaviour usual = behaviours.getOrDefault(pod, Behaviour.usual());
    pause(number(request.header(DELAY), usual.delayMillis()));
    return new EchoAnswer(
        number(request.header(STATUS), usual.status()),
        usual.headers(),
        told(request, pod, connection),
        usual.closes() || !request.header(CLOSE).isEmpty());
  }

  private static String told(RawRequest request, String pod, int connection) throws IOException {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("pod", pod);
    told.put("connection", connection);
    told.put("method", request.method());
    told.put("path", request.target());
    told.put("protocol", request.version());
    ArrayNode headers = told.putArray("headers");
    request.headers().forEach(h -> headers.addArray().add(h.name()).add(h.value()));
    told.put("bytes", request.body().length());
    return JSON.writeValueAsString(told);
  }

  private static void write(OutputStream out, RawRequest request, EchoAnswer answer, boolean keep)
      throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " Echo\r\n");
    head.append("content-type: application/json\r\n");
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    head.append("content-length: ").append(body.length).append("\r\n");
    if (!keep) {
      head.append("connection: close\r\n");
    }
    answer.headers().forEach(h -> head.append(h.name() + ": " + h.value() + "\r\n"));
    out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    if (!request.method().equals("HEAD")) {
      out.write(body);
    }
    out.flush();
  }

  private static int number(String text, int otherwise) {
    return text.isEmpty() ? otherwise : Integer.parseInt(text);
  }

  private static void pause(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void inBackground(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // A connection ended, or this server; the other side sees that.
              }
            },
            "echo");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }
}
