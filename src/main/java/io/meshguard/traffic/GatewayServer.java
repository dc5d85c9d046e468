package io.meshguard.traffic;

import io.meshguard.resource.Cursor;
import java.util.Locale;
import java.util.Set;

/**
 * A server of a Gateway.
 *
 * @param gateway the Gateway, {@code namespace/name}
 * @param at the server
 * @param port its number; 0 where it has none
 * @param mode what it does with connections
 */
public record GatewayServer(String gateway, Cursor at, int port, Mode mode) {

  private static final Set<String> PLAIN =
      Set.of("HTTP", "HTTP2", "GRPC", "GRPC-WEB", "HTTP_PROXY");
  private static final Set<String> BYTES = Set.of("TCP", "MONGO", "MYSQL", "REDIS");
  private static final Set<String> TERMINATING =
      Set.of("SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL", "ISTIO_MUTUAL");

  /**
   * What a server does with connections, and so which list of routes it reads (istio
   * pkg/config/gateway/gateway.go and pilot/pkg/networking/core/gateway.go {@code
   * buildGatewayTCPBasedFilterChains} @1.30.3).
   */
  public enum Mode {
    /** Plain HTTP. */
    HTTP,
    /** Plain HTTP of which every request is redirected to https. */
    REDIRECT,
    /** HTTP in TLS that is terminated here. */
    HTTPS,
    /** TLS that is passed through, by server name. */
    PASSTHROUGH,
    /** TLS that is passed through to what the registry says; no VirtualService is read. */
    AUTO_PASSTHROUGH,
    /** Bytes in TLS that is terminated here. */
    TLS,
    /** Bytes. */
    TCP,
    /** Istio refuses it, or it is not known. */
    UNKNOWN;

    /** Returns whether such a server reads routes of a kind; true where that is not known. */
    public boolean mayRead(RouteKind kind) {
      return switch (this) {
        case HTTP, REDIRECT, HTTPS -> kind == RouteKind.HTTP;
        case PASSTHROUGH -> kind == RouteKind.TLS;
        case TLS, TCP -> kind == RouteKind.TCP;
        case AUTO_PASSTHROUGH -> false;
        case UNKNOWN -> true;
      };
    }
  }

  /** Reads the mode of a server. A TLS mode that is not given is PASSTHROUGH. */
  static Mode mode(Cursor server) {
    String protocol = server.at("port", "protocol").text("").toUpperCase(Locale.ROOT);
    Cursor tls = server.at("tls");
    if (PLAIN.contains(protocol)) {
      return tls.at("httpsRedirect").isTrue() ? Mode.REDIRECT : Mode.HTTP;
    }
    if (BYTES.contains(protocol)) {
      return Mode.TCP;
    }
    boolean https = protocol.equals("HTTPS");
    if (!tls.isObject() || !(https || protocol.equals("TLS"))) {
      return Mode.UNKNOWN;
    }
    String mode = tls.at("mode").isPresent() ? tls.at("mode").text("") : "PASSTHROUGH";
    if (TERMINATING.contains(mode)) {
      return https ? Mode.HTTPS : Mode.TLS;
    }
    return switch (mode) {
      case "PASSTHROUGH" -> Mode.PASSTHROUGH;
      case "AUTO_PASSTHROUGH" -> Mode.AUTO_PASSTHROUGH;
      default -> Mode.UNKNOWN;
    };
  }
}
