package io.meshguard.dataplane;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The server's side of an HTTP/2 connection with prior knowledge (RFC 9113 section 3.3). A call of
 * gRPC gets an empty message and its status behind, as a server of gRPC answers.
 */
final class Http2Server {
  private static final long LONGEST_HEAD = 4 << 20;
  private static final String GRPC_STATUS = "grpc-status";

  private final Responder responder;
  private final InputStream in;
  private final Http2Wire wire;
  private final Map<Http2FrameStream, Reading> open = new ConcurrentHashMap<>();

  /** Says how a request is answered; may take its time. */
  interface Responder {
    EchoAnswer answer(RawRequest request) throws IOException;
  }

  /** A request of which not all has come. */
  private record Reading(List<Header> headers, ByteArrayOutputStream body) {}

  Http2Server(InputStream in, OutputStream out, Responder responder) {
    this.in = in;
    this.responder = responder;
    this.wire =
        new Http2Wire(
            Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings().maxHeaderListSize(LONGEST_HEAD))
                .build(),
            this::take,
            out);
  }

  /** Serves until the connection ends. */
  void serve() throws IOException {
    try {
      while (true) {
        wire.read(in);
      }
    } catch (EOFException e) {
      // The client has what it wanted.
    }
  }

  private void take(Http2Frame frame) {
    if (frame instanceof Http2HeadersFrame headers) {
      Reading reading = reading(headers.stream());
      reading.headers().addAll(Http2Wire.fields(headers.headers()));
      if (headers.isEndStream()) {
        answer(headers.stream());
      }
    } else if (frame instanceof Http2DataFrame data) {
      byte[] bytes = new byte[data.content().readableBytes()];
      data.content().readBytes(bytes);
      reading(data.stream()).body().writeBytes(bytes);
      if (data.isEndStream()) {
        answer(data.stream());
      }
    } else if (frame instanceof Http2ResetFrame reset) {
      open.remove(reset.stream());
    }
  }

  private Reading reading(Http2FrameStream stream) {
    return open.computeIfAbsent(
        stream, key -> new Reading(new ArrayList<>(), new ByteArrayOutputStream()));
  }

  /** Others of the connection do not wait for a slow answer. */
  private void answer(Http2FrameStream stream) {
    RawRequest request = request(Objects.requireNonNull(open.remove(stream)));
    Thread thread =
        new Thread(
            () -> {
              try {
                EchoAnswer answer = responder.answer(request);
                if (answer.closes()) {
                  in.close();
                } else {
                  wire.send(frames(stream, request, answer));
                }
              } catch (IOException e) {
                // The connection ended meanwhile; the other side sees that.
              }
            },
            "echo-stream");
    thread.setDaemon(true);
    thread.start();
  }

  private static RawRequest request(Reading reading) {
    RawRequest fields = new RawRequest("", "", "HTTP/2", reading.headers(), "");
    List<Header> headers =
        reading.headers().stream()
            .filter(h -> !h.name().startsWith(":") || h.is(":authority"))
            .toList();
    return new RawRequest(
        fields.header(":method"),
        fields.header(":path"),
        "HTTP/2",
        headers,
        reading.body().toString(StandardCharsets.UTF_8));
  }

  private static List<Http2Frame> frames(
      Http2FrameStream stream, RawRequest request, EchoAnswer answer) {
    boolean grpc = request.header("content-type").startsWith("application/grpc");
    Http2Headers head = new DefaultHttp2Headers().status(Integer.toString(answer.status()));
    head.add("content-type", grpc ? "application/grpc" : "application/json");
    answer.headers().forEach(h -> head.add(h.name().toLowerCase(Locale.ROOT), h.value()));
    if (head.contains(GRPC_STATUS) || request.method().equals("HEAD")) {
      return List.of(new DefaultHttp2HeadersFrame(head, true).stream(stream));
    }
    // Five zeros are the frame of an empty message.
    byte[] body = grpc ? new byte[5] : answer.body().getBytes(StandardCharsets.UTF_8);
    List<Http2Frame> frames = new ArrayList<>();
    frames.add(new DefaultHttp2HeadersFrame(head, false).stream(stream));
    frames.add(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), !grpc).stream(stream));
    if (grpc) {
      Http2Headers end = new DefaultHttp2Headers().add(GRPC_STATUS, "0");
      frames.add(new DefaultHttp2HeadersFrame(end, true).stream(stream));
    }
    return frames;
  }
}
