package io.meshguard.trace;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request, or a connection, whose way is asked for.
 *
 * @param wire what is spoken
 * @param method the method; empty where no HTTP is spoken
 * @param scheme {@code http} or {@code https}; empty where no HTTP is spoken
 * @param host the name or address that the client connects to
 * @param port the port that it connects to
 * @param authority the authority that it sends, with a port where it names one; empty where it
 *     sends none
 * @param path the path without query, as it is sent
 * @param query the first value of each parameter of the query
 * @param rawQuery the query as it is sent; empty for none
 * @param headers the values of each header, by names in small letters
 * @param serverName the server name of TLS; empty where none is sent
 * @param whole whether there are no other headers than these; a log shows few of them
 */
public record Call(
    Wire wire,
    String method,
    String scheme,
    String host,
    int port,
    String authority,
    String path,
    Map<String, String> query,
    String rawQuery,
    Map<String, List<String>> headers,
    Optional<String> serverName,
    boolean whole) {

  /** What is spoken on the connection. */
  public enum Wire {
    /** HTTP/1.0. */
    HTTP_10,
    /** HTTP/1.1. */
    HTTP_11,
    /** HTTP/2. */
    HTTP_2,
    /** TLS of which only the server name is seen. */
    TLS,
    /** Bytes. */
    TCP;

    /** Returns whether requests are seen. */
    public boolean isHttp() {
      return this == HTTP_10 || this == HTTP_11 || this == HTTP_2;
    }
  }

  /** Copies the maps. */
  public Call {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  /** Returns whether the client opens the connection with TLS. */
  public boolean isTls() {
    return wire == Wire.TLS || scheme.equals("https");
  }

  /** Returns the call as a person writes it, such as {@code GET http://shop.example.com/a}. */
  public String title() {
    return switch (wire) {
      case TCP -> "tcp://" + host + ":" + port;
      case TLS -> "tls://" + serverName.orElse(host) + ":" + port;
      case HTTP_10, HTTP_11, HTTP_2 ->
          method
              + " "
              + scheme
              + "://"
              + authority
              + path
              + (rawQuery.isEmpty() ? "" : "?" + rawQuery);
    };
  }
}
