package io.meshguard.dataplane;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads HTTP/1 messages (RFC 9112) as they are, without judging them. */
final class HttpWire {
  private static final int LONGEST_HEAD = 4 << 20;

  private final InputStream in;

  HttpWire(InputStream in) {
    this.in = in;
  }

  /** The first line and the headers. */
  record Head(String start, List<Header> headers) {
    String header(String name) {
      return headers.stream().filter(h -> h.is(name)).map(Header::value).findFirst().orElse("");
    }
  }

  /**
   * Reads the head of a message.
   *
   * @throws EOFException where the stream ends before it
   */
  Head head() throws IOException {
    String start = line();
    List<Header> headers = new ArrayList<>();
    int length = start.length();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("no header: " + line);
      }
      headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
      length += line.length();
      if (length > LONGEST_HEAD) {
        throw new IOException("the head of a message is longer than " + LONGEST_HEAD);
      }
    }
    return new Head(start, headers);
  }

  /** Reads the body of a request. */
  byte[] requestBody(Head head) throws IOException {
    if (head.header("transfer-encoding").contains("chunked")) {
      return chunks();
    }
    String length = head.header("content-length");
    return length.isEmpty() ? new byte[0] : exactly(Integer.parseInt(length));
  }

  /** Reads a response; those that only announce another (1xx) are passed over. */
  RawResponse response(String method) throws IOException {
    Head head = head();
    while (status(head) < 200) {
      head = head();
    }
    int status = status(head);
    byte[] body;
    if (method.equals("HEAD") || status == 204 || status == 304) {
      body = new byte[0];
    } else if (head.header("transfer-encoding").contains("chunked")) {
      body = chunks();
    } else if (!head.header("content-length").isEmpty()) {
      body = exactly(Integer.parseInt(head.header("content-length")));
    } else {
      body = in.readAllBytes();
    }
    String version = head.start().substring(0, head.start().indexOf(' '));
    return new RawResponse(
        status, version, head.headers(), new String(body, StandardCharsets.UTF_8));
  }

  private static int status(Head head) throws IOException {
    String[] words = head.start().split(" ", 3);
    try {
      return Integer.parseInt(words[1]);
    } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException("no status line: " + head.start(), e);
    }
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      String size = line();
      int semicolon = size.indexOf(';');
      int length =
          Integer.parseInt((semicolon < 0 ? size : size.substring(0, semicolon)).strip(), 16);
      if (length == 0) {
        while (!line().isEmpty()) {
          // Trailers.
        }
        return all.toByteArray();
      }
      all.write(exactly(length));
      line();
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the stream ended in a body");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the stream ended in a head");
      }
      if (line.size() > LONGEST_HEAD) {
        throw new IOException("a line is longer than " + LONGEST_HEAD);
      }
      line.write(c);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
