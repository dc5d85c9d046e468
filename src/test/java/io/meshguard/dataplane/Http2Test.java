package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The servers of Pods over HTTP/2, and what they do with a client that speaks something else. */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
final class Http2Test {
  private static final RawRequest REQUEST =
      RawRequest.get("catalog", "/a?b=c").withVersion("HTTP/2").with("X-Env", "canary");

  private static final List<Header> UNAVAILABLE = List.of(new Header("grpc-status", "14"));

  private Path directory;
  private Echo echo;

  @BeforeEach
  void start() throws Exception {
    // Paths of sockets are short.
    directory = Files.createTempDirectory("h2");
    echo = Echo.start(directory.resolve("s"));
    echo.name("10.0.0.1", 8080, "catalog.shop");
  }

  @AfterEach
  void stop() throws Exception {
    echo.close();
    Files.delete(directory.resolve("s"));
    Files.delete(directory);
  }

  private SocketChannel connect() throws Exception {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(echo.socket()));
    channel.write(ByteBuffer.wrap("10.0.0.1 8080\n".getBytes(StandardCharsets.UTF_8)));
    return channel;
  }

  @Test
  void whatReachesTheServerIsTold() throws Exception {
    try (HttpConnection connection = new HttpConnection(connect())) {
      RawResponse first = connection.send(REQUEST);
      RawResponse second = connection.send(REQUEST.with(Echo.STATUS, "503"));

      assertThat(first.status()).isEqualTo(200);
      assertThat(first.version()).isEqualTo("HTTP/2");
      assertThat(first.body()).contains("\"protocol\":\"HTTP/2\"", "\"pod\":\"catalog.shop\"");
      assertThat(second.status()).isEqualTo(503);
    }
    RawRequest received = echo.received().get(0).request();
    assertThat(received.method()).isEqualTo("GET");
    assertThat(received.target()).isEqualTo("/a?b=c");
    assertThat(received.headers())
        .contains(new Header(":authority", "catalog"), new Header("x-env", "canary"));
    assertThat(echo.received().get(1).connection()).isEqualTo(echo.received().get(0).connection());
  }

  /** Longer than the windows and frames that both sides begin with. */
  @Test
  void largeBodiesAndHeadersGoThrough() throws Exception {
    String body = "x".repeat(300_000);
    RawRequest large =
        new RawRequest(
            "POST", "/", "HTTP/2", List.of(new Header("x-large", "y".repeat(60_000))), body);
    try (HttpConnection connection = new HttpConnection(connect())) {
      assertThat(connection.send(large).body()).contains("\"bytes\":300000");
    }
  }

  @Test
  void aCallOfGrpcIsAnsweredWithItsStatus() throws Exception {
    RawRequest call = REQUEST.withMethod("POST").with("content-type", "application/grpc");
    try (HttpConnection connection = new HttpConnection(connect())) {
      assertThat(connection.send(call).header("grpc-status")).isEqualTo("0");
      echo.behave("catalog.shop", new Echo.Behaviour(200, 0, false, UNAVAILABLE));
      assertThat(connection.send(call).headers()).contains(new Header("grpc-status", "14"));
    }
  }

  @Test
  void methodsThatBeginAsThePrefaceDoesAreHttp1() throws Exception {
    for (String method : List.of("POST", "PUT", "PATCH", "PROPFIND")) {
      try (HttpConnection connection = new HttpConnection(connect())) {
        RawRequest request = REQUEST.withVersion("HTTP/1.1").withMethod(method);
        assertThat(connection.send(request).status()).as(method).isEqualTo(200);
      }
    }
  }

  /** Whoever begins a TLS handshake would wait until its own limit. */
  @Test
  void tlsIsEndedAtOnce() throws Exception {
    try (SocketChannel channel = connect()) {
      channel.write(ByteBuffer.wrap(new byte[] {22, 3, 1, 0, 100, 1}));
      assertThat(channel.read(ByteBuffer.allocate(1))).isNegative();
    }
  }
}
