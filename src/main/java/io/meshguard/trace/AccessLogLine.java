package io.meshguard.trace;

import io.meshguard.trace.AccessLogException.Expected;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A line of an access log in one of the formats that Envoy and Istio write by default.
 *
 * @param format the format of the line
 * @param pod the Pod that {@code kubectl logs --prefix} names
 * @param fields what is given; what is {@code -} in the log is not here
 */
public record AccessLogLine(
    Format format, Optional<String> pod, Map<AccessLogField, String> fields) {

  private static final String INBOUND = "inbound|";
  private static final String OUTBOUND = "outbound|";
  private static final List<String> INBOUND_CLUSTERS =
      List.of("InboundPassthroughCluster", "InboundPassthroughClusterIpv4");
  private static final List<String> OUTBOUND_CLUSTERS =
      List.of("PassthroughCluster", "BlackHoleCluster");
  private static final List<String> OUTBOUND_ROUTES = List.of("allow_any", "block_all");

  /** The address from which the sidecar of a server calls its application. */
  private static final List<String> INBOUND_SOURCES = List.of("127.0.0.6:", "[::6]:");

  /** Copies the fields. */
  public AccessLogLine {
    fields = Map.copyOf(fields);
  }

  /** How a line is written. */
  public enum Format {
    /** Envoy's own default. */
    ENVOY_TEXT,
    /** The default of Istio. */
    ISTIO_TEXT,
    /** {@code accessLogEncoding: JSON}, in any order, with keys of any origin beside. */
    JSON
  }

  /** Which way a proxy passed the request on. */
  public enum Direction {
    /** A sidecar, to its own application. */
    INBOUND,
    /** A sidecar or a gateway, to somebody else. */
    OUTBOUND,
    /** The line does not tell. */
    UNKNOWN
  }

  /**
   * Reads a line, also with what {@code kubectl logs --timestamps --prefix} puts before it.
   *
   * @throws AccessLogException if it is no such line
   */
  public static AccessLogLine parse(String line) throws AccessLogException {
    return new AccessLogReader(line).read();
  }

  /** Returns a field, where the log has it. */
  public Optional<String> field(AccessLogField field) {
    return Optional.ofNullable(fields.get(field));
  }

  /** Returns the method; empty for a connection, and for bytes that were no HTTP. */
  public Optional<String> method() {
    return field(AccessLogField.METHOD);
  }

  /** Returns the path with its query, as the client sent it. */
  public Optional<String> path() {
    return field(AccessLogField.PATH);
  }

  /** Returns the protocol, such as {@code HTTP/1.1}. */
  public Optional<String> protocol() {
    return field(AccessLogField.PROTOCOL);
  }

  /** Returns the host that the request named, with its port where it had one. */
  public Optional<String> authority() {
    return field(AccessLogField.AUTHORITY);
  }

  /** Returns the status; 0 where there was none. */
  public int status() {
    return field(AccessLogField.RESPONSE_CODE).map(Integer::parseInt).orElse(0);
  }

  /** Returns the response flags. */
  public List<String> flags() {
    return field(AccessLogField.RESPONSE_FLAGS)
        .map(flags -> List.of(flags.split(",")))
        .orElse(List.of());
  }

  /** Returns the details of the response, or else of the end of the connection. */
  public Optional<String> details() {
    return field(AccessLogField.RESPONSE_CODE_DETAILS)
        .or(() -> field(AccessLogField.CONNECTION_TERMINATION_DETAILS));
  }

  /** Returns the name of the route. */
  public Optional<String> routeName() {
    return field(AccessLogField.ROUTE_NAME);
  }

  /** Returns the cluster to which the route leads. */
  public Optional<String> upstreamCluster() {
    return field(AccessLogField.UPSTREAM_CLUSTER);
  }

  /** Returns the address of the server. */
  public Optional<String> upstreamHost() {
    return field(AccessLogField.UPSTREAM_HOST);
  }

  /** Returns the address from which the proxy called the server. */
  public Optional<String> upstreamLocal() {
    return field(AccessLogField.UPSTREAM_LOCAL_ADDRESS);
  }

  /** Returns the server name of the client's TLS. */
  public Optional<String> serverName() {
    return field(AccessLogField.REQUESTED_SERVER_NAME);
  }

  /** Returns the address that the client called. */
  public Optional<String> downstreamLocal() {
    return field(AccessLogField.DOWNSTREAM_LOCAL_ADDRESS);
  }

  /** Returns the address of the client. */
  public Optional<String> downstreamRemote() {
    return field(AccessLogField.DOWNSTREAM_REMOTE_ADDRESS);
  }

  /** Returns when the request began. */
  public Optional<String> startTime() {
    return field(AccessLogField.START_TIME);
  }

  /** Returns the client's program. */
  public Optional<String> userAgent() {
    return field(AccessLogField.USER_AGENT);
  }

  /** Returns the id of the request. */
  public Optional<String> requestId() {
    return field(AccessLogField.REQUEST_ID);
  }

  /** Returns the proxies before this one, and the client. */
  public Optional<String> forwardedFor() {
    return field(AccessLogField.X_FORWARDED_FOR);
  }

  /** Returns how long it took, in milliseconds. */
  public Optional<String> duration() {
    return field(AccessLogField.DURATION);
  }

  /** Returns whether it is about a connection, of whose requests the proxy knows nothing. */
  public boolean isConnection() {
    return method().isEmpty();
  }

  /** Returns which way the proxy passed it on, where cluster, route or addresses tell. */
  public Direction direction() {
    String cluster = upstreamCluster().orElse("");
    if (cluster.startsWith(INBOUND) || INBOUND_CLUSTERS.contains(cluster)) {
      return Direction.INBOUND;
    }
    if (cluster.startsWith(OUTBOUND)
        || OUTBOUND_CLUSTERS.contains(cluster)
        || OUTBOUND_ROUTES.contains(routeName().orElse(""))) {
      return Direction.OUTBOUND;
    }
    String source = upstreamLocal().orElse("");
    // Sidecars name the service that they call in the server name; a server sees it.
    boolean named = serverName().orElse("").startsWith("outbound_.");
    boolean fromSidecar = named || INBOUND_SOURCES.stream().anyMatch(source::startsWith);
    return fromSidecar ? Direction.INBOUND : Direction.UNKNOWN;
  }

  static AccessLogException unexpected(Expected expected, int index) {
    return new AccessLogException(expected, index + 1);
  }
}
