package io.meshguard.dataplane;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The client's side of an HTTP/2 connection with prior knowledge (RFC 9113 section 3.3), one
 * request after the other.
 */
final class Http2Client {
  private static final long LONGEST_HEAD = 4 << 20;

  private final InputStream in;
  private final Http2Wire wire;
  private final List<Header> fields = new ArrayList<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private boolean ended;
  private boolean refused;

  Http2Client(InputStream in, OutputStream out) {
    this.in = in;
    this.wire =
        new Http2Wire(
            Http2FrameCodecBuilder.forClient()
                .initialSettings(Http2Settings.defaultSettings().maxHeaderListSize(LONGEST_HEAD))
                .build(),
            this::take,
            out);
  }

  /**
   * Sends a request and returns what came back, {@link RawResponse#RESET} where the server refused
   * the stream.
   *
   * @throws IOException where the connection ends before
   */
  RawResponse send(RawRequest request) throws IOException {
    fields.clear();
    body.reset();
    ended = false;
    refused = false;
    wire.send(frames(wire.newStream(), request));
    while (!ended && !refused) {
      wire.read(in);
    }
    RawRequest all = new RawRequest("", "", "", fields, "");
    if (refused || all.header(":status").isEmpty()) {
      return RawResponse.reset();
    }
    List<Header> headers = fields.stream().filter(h -> !h.is(":status")).toList();
    int status = Integer.parseInt(all.header(":status"));
    return new RawResponse(status, "HTTP/2", headers, body.toString(StandardCharsets.UTF_8));
  }

  private void take(Http2Frame frame) {
    if (frame instanceof Http2HeadersFrame headers) {
      fields.addAll(Http2Wire.fields(headers.headers()));
      ended = headers.isEndStream();
    } else if (frame instanceof Http2DataFrame data) {
      byte[] bytes = new byte[data.content().readableBytes()];
      data.content().readBytes(bytes);
      body.writeBytes(bytes);
      ended = data.isEndStream();
    } else if (frame instanceof Http2ResetFrame || frame instanceof Http2GoAwayFrame) {
      refused = !ended;
    }
  }

  private static List<Http2Frame> frames(Http2FrameStream stream, RawRequest request) {
    Http2Headers head = new DefaultHttp2Headers(false);
    head.method(request.method()).path(request.target()).scheme("http");
    for (Header header : request.headers()) {
      if (header.is("host")) {
        head.authority(header.value());
      } else {
        head.add(header.name().toLowerCase(Locale.ROOT), header.value());
      }
    }
    byte[] content = request.body().getBytes(StandardCharsets.UTF_8);
    List<Http2Frame> frames = new ArrayList<>();
    frames.add(new DefaultHttp2HeadersFrame(head, content.length == 0).stream(stream));
    if (content.length > 0) {
      frames.add(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(content), true).stream(stream));
    }
    return frames;
  }
}
