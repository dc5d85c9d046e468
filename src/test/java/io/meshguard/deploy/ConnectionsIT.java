package io.meshguard.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshguard.admission.TrustAll;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged server does with connections on which nothing, or little at a time, comes. */
final class ConnectionsIT {

  private static final int MOST = 40;
  private static final Duration HEAD = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init") // set before all
  private static PackagedServer server;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    server =
        PackagedServer.start(
            folder,
            Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Dmeshguard.connections.most="
                    + MOST
                    + " -Dmeshguard.connections.head-millis="
                    + HEAD.toMillis()));
    review();
  }

  @AfterAll
  static void end() throws Exception {
    server.close();
  }

  private static String review() throws Exception {
    return server.post(
        "/validate", Files.readString(Path.of("src/main/docker/review.json")), Map.of());
  }

  private static Socket plain() throws Exception {
    URI address = server.address();
    Socket socket = new Socket(address.getHost(), address.getPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static SSLSocket tls(String... protocols) throws Exception {
    URI address = server.address();
    SSLSocket socket =
        (SSLSocket)
            TrustAll.context()
                .getSocketFactory()
                .createSocket(address.getHost(), address.getPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.startHandshake();
    return socket;
  }

  /** Returns whether the other side has ended the connection within a time. */
  private static boolean ended(Socket socket, Duration within) throws IOException {
    socket.setSoTimeout((int) within.toMillis());
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aConnectionWithoutAHandshakeIsEnded() throws Exception {
    try (Socket socket = plain()) {
      assertThat(ended(socket, PATIENCE)).isTrue();
    }
  }

  @Test
  void aHeadThatComesByteByByteIsNotWaitedFor() throws Exception {
    try (SSLSocket socket = tls()) {
      assertThatThrownBy(() -> drip(socket)).isInstanceOf(IOException.class);
    }
    assertThat(review()).contains("\"allowed\":");
  }

  @Test
  void neitherIsASecondHead() throws Exception {
    try (SSLSocket socket = tls()) {
      socket
          .getOutputStream()
          .write("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      InputStream in = socket.getInputStream();
      assertThat(in.read()).isEqualTo('H');
      in.skip(in.available());
      // an idle connection may rest for longer than a head may take
      assertThat(ended(socket, HEAD.plusSeconds(1))).isFalse();
      assertThatThrownBy(() -> drip(socket)).isInstanceOf(IOException.class);
    }
  }

  /** Writes a head a byte at a time; fails where the other side has had enough. */
  private static void drip(Socket socket) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    socket.getOutputStream().write("POST /validate HTTP/1.1\r\nX-Long: ".getBytes(UTF_8));
    while (System.nanoTime() < end) {
      socket.getOutputStream().write('x');
      socket.getOutputStream().flush();
      Thread.sleep(50);
    }
  }

  @Test
  void manySilentConnectionsKeepNobodyOut() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * MOST; i++) {
        silent.add(plain());
      }
      assertThat(review()).contains("\"allowed\":");
      assertThat(ended(silent.get(0), PATIENCE)).isTrue();
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aClientCannotBeginAHandshakeAnew() throws Exception {
    try (SSLSocket socket = tls("TLSv1.2")) {
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket
                    .getOutputStream()
                    .write("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
                if (socket.getInputStream().read() < 0) {
                  throw new IOException("ended");
                }
              })
          .isInstanceOf(IOException.class);
    }
    assertThat(review()).contains("\"allowed\":");
  }
}
