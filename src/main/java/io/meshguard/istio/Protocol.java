package io.meshguard.istio;

import java.util.Locale;

/** What a port speaks, as far as Istio tells protocols apart. */
public enum Protocol {
  /** HTTP/1.1, also for a proxy's requests. */
  HTTP,
  /** HTTP/2 and gRPC: many requests on one connection. */
  HTTP2,
  /** TLS that is passed through unopened, so that only the server name is seen. */
  TLS,
  /** Bytes, of which nothing is read; Mongo, Redis and MySQL count as such. */
  TCP,
  /** Datagrams, which the proxy does not handle. */
  UDP,
  /** Not declared: the proxy looks at the first bytes of each connection. */
  UNDECLARED,
  /** It depends on something that is not known. */
  UNKNOWN;

  /**
   * Returns the protocol that a word stands for, {@link #UNDECLARED} for a word that Istio does not
   * know (istio pkg/config/protocol/instance.go @1.30.3).
   */
  public static Protocol parse(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "http", "http_proxy" -> HTTP;
      case "http2", "grpc", "grpc-web" -> HTTP2;
      case "https", "tls" -> TLS;
      case "tcp", "mongo", "redis", "mysql" -> TCP;
      case "udp" -> UDP;
      default -> UNDECLARED;
    };
  }

  /** Returns whether HTTP requests may be seen on such a port; false only where they cannot. */
  public boolean mayBeHttp() {
    return this == HTTP || this == HTTP2 || this == UNDECLARED || this == UNKNOWN;
  }
}
