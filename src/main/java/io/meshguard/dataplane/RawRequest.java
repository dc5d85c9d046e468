package io.meshguard.dataplane;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A request, over HTTP/1 sent byte for byte as it stands here: nothing is added, escaped or put in
 * another case. Over HTTP/2 names of headers are in small letters, and {@code Host} is the
 * authority.
 *
 * @param method such as {@code GET}
 * @param target path and query
 * @param version {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}
 * @param headers in their order; {@code Host} is one of them
 * @param body its length goes out as {@code Content-Length} where it is not empty
 */
public record RawRequest(
    String method, String target, String version, List<Header> headers, String body) {
  /** Copies the list. */
  public RawRequest {
    headers = List.copyOf(headers);
  }

  /** Returns a GET over HTTP/1.1. */
  public static RawRequest get(String authority, String target) {
    return new RawRequest("GET", target, "HTTP/1.1", List.of(new Header("Host", authority)), "");
  }

  /** Returns the same with one more header. */
  public RawRequest with(String name, String value) {
    List<Header> more =
        Stream.concat(headers.stream(), Stream.of(new Header(name, value))).toList();
    return new RawRequest(method, target, version, more, body);
  }

  /** Returns the same for another host, which need not be where it is sent. */
  public RawRequest withHost(String host) {
    List<Header> others =
        headers.stream().map(h -> h.is("host") ? new Header("Host", host) : h).toList();
    return new RawRequest(method, target, version, others, body);
  }

  /** Returns the same by another method. */
  public RawRequest withMethod(String other) {
    return new RawRequest(other, target, version, headers, body);
  }

  /** Returns the same in another version of HTTP. */
  public RawRequest withVersion(String other) {
    return new RawRequest(method, target, other, headers, body);
  }

  /** Returns the value of a header, the first where it stands several times, or an empty text. */
  public String header(String name) {
    return headers.stream().filter(h -> h.is(name)).map(Header::value).findFirst().orElse("");
  }

  void writeTo(OutputStream out) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(method + " " + target + " " + version);
    headers.forEach(header -> lines.add(header.name() + ": " + header.value()));
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    if (content.length > 0) {
      lines.add("Content-Length: " + content.length);
    }
    String head = String.join("\r\n", lines) + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.write(content);
    out.flush();
  }
}
