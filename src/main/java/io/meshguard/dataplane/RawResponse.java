package io.meshguard.dataplane;

import java.util.List;

/**
 * What came back for a request.
 *
 * @param status the code, or {@link #RESET} where the connection ended without an answer
 * @param version {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}; empty without an answer
 * @param headers in their order
 * @param body decoded from its chunks
 */
public record RawResponse(int status, String version, List<Header> headers, String body) {
  /** No answer: the connection was refused, reset or closed. */
  public static final int RESET = 0;

  /** Copies the list. */
  public RawResponse {
    headers = List.copyOf(headers);
  }

  /** Returns that the connection ended without an answer. */
  static RawResponse reset() {
    return new RawResponse(RESET, "", List.of(), "");
  }

  /** Returns the value of a header, the first where it stands several times, or an empty text. */
  public String header(String name) {
    return headers.stream().filter(h -> h.is(name)).map(Header::value).findFirst().orElse("");
  }
}
