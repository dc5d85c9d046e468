package io.meshguard.dataplane;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One side of an HTTP/2 connection (RFC 9113) over streams: frames go out and come in, of any
 * thread one at a time. Flow control goes on by itself.
 */
final class Http2Wire {
  private static final int BUFFER = 16 * 1024;

  private final EmbeddedChannel channel;
  private final Taker taker;
  private final OutputStream out;

  /** Takes the frames that come in; called by whoever reads. */
  interface Frames {
    /** A frame; its buffers are gone afterwards. */
    void take(Http2Frame frame);
  }

  /** Starts the connection: the preface, if any, and the settings go out with the first frame. */
  Http2Wire(Http2FrameCodec codec, Frames frames, OutputStream out) {
    this.out = out;
    this.taker = new Taker(frames);
    this.channel = new EmbeddedChannel(codec, taker);
  }

  /** Returns a stream for a request that is to be sent. */
  synchronized Http2FrameStream newStream() {
    return taker.newStream();
  }

  /** Writes frames. */
  synchronized void send(List<Http2Frame> frames) throws IOException {
    channel.writeOutbound(frames.toArray());
    flush();
  }

  /**
   * Reads what is there, or waits for it, and hands its frames over.
   *
   * @throws EOFException where the other side has ended the connection
   */
  void read(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int length = in.read(buffer);
    if (length < 0) {
      throw new EOFException("the connection ended");
    }
    synchronized (this) {
      channel.writeInbound(Unpooled.copiedBuffer(buffer, 0, length));
      flush();
    }
  }

  private void flush() throws IOException {
    channel.flush();
    channel.runPendingTasks();
    for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
      try {
        bytes.readBytes(out, bytes.readableBytes());
      } finally {
        bytes.release();
      }
    }
    out.flush();
    channel.checkException();
  }

  /** Returns fields as they came, with those that begin with a colon. */
  static List<Header> fields(Http2Headers headers) {
    List<Header> fields = new ArrayList<>();
    headers.forEach(
        entry -> fields.add(new Header(entry.getKey().toString(), entry.getValue().toString())));
    return fields;
  }

  /** Lets as many bytes come as have come, and frees what was read. */
  private static final class Taker extends Http2ChannelDuplexHandler {
    private final Frames frames;

    Taker(Frames frames) {
      this.frames = frames;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      try {
        if (message instanceof Http2DataFrame data && !data.isEndStream()) {
          ChannelFuture unused =
              context.write(
                  new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes())
                      .stream(data.stream()));
        }
        if (message instanceof Http2Frame frame) {
          frames.take(frame);
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }
  }
}
