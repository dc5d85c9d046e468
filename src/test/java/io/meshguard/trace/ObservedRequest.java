package io.meshguard.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.dataplane.AccessLogLine;
import io.meshguard.dataplane.RawResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * What a real proxy did with a request.
 *
 * @param response what the client got
 * @param log what the proxy wrote; empty where it wrote nothing
 * @param server what reached the server, as {@link io.meshguard.dataplane.Echo} tells it; empty
 *     where none answered
 */
record ObservedRequest(
    RawResponse response, Optional<AccessLogLine> log, Optional<JsonNode> server) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ObservedRequest of(RawResponse response, Optional<AccessLogLine> log) {
    return new ObservedRequest(response, log, server(response));
  }

  private static Optional<JsonNode> server(RawResponse response) {
    if (!response.body().startsWith("{\"pod\":")) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(response.body()));
    } catch (IOException e) {
      throw new IllegalStateException("no answer of a server: " + response.body(), e);
    }
  }

  /** Returns the status that the client got; 0 where the connection ended. */
  int status() {
    return response.status();
  }

  /** Returns the flags of the proxy's log, {@code -} for none; empty without a line. */
  String flags() {
    return log.map(AccessLogLine::flags).orElse("");
  }

  /** Returns the cluster to which it went, {@code -} for none; empty without a line. */
  String cluster() {
    return log.map(AccessLogLine::upstreamCluster).orElse("");
  }

  /** Returns the name of the Pod that answered; empty for none. */
  String pod() {
    return server.map(told -> told.path("pod").asText()).orElse("");
  }

  /** Returns the path that reached the server; empty for none. */
  String path() {
    return server.map(told -> told.path("path").asText()).orElse("");
  }

  /** Returns a header that reached the server, the first of several; empty for none. */
  String header(String name) {
    for (JsonNode header : server.map(told -> told.path("headers")).orElse(JSON.nullNode())) {
      if (header.path(0).asText().equalsIgnoreCase(name)) {
        return header.path(1).asText();
      }
    }
    return "";
  }

  /** Returns in a word or two what became of it. */
  String kind() {
    if (log.isEmpty()) {
      return "unlogged " + status();
    }
    String cluster = cluster();
    String where =
        cluster.startsWith("outbound|")
            ? "cluster"
            : cluster.startsWith("inbound|") ? "inbound" : cluster;
    String status = server.isPresent() ? "answered" : Integer.toString(status());
    return "%s %s %s".formatted(status, flags(), where);
  }

  @Override
  public String toString() {
    return "%d %s%s %s"
        .formatted(
            status(),
            response.header("location"),
            server.map(told -> " " + told).orElse(""),
            log.map(AccessLogLine::text).orElse("not logged"));
  }
}
