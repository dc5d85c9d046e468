package io.meshguard.trace;

import io.meshguard.trace.Call.Wire;
import io.meshguard.trace.TraceResult.Share;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The call that a line of an access log is about, and what the log says became of it.
 *
 * @param line the line
 * @param call the call, as far as the line tells
 */
public record LoggedCall(AccessLogLine line, Call call) {

  private static final String PASSED = "PassthroughCluster";
  private static final String BLOCKED = "BlackHoleCluster";

  /** Returns the call of a line; empty where the line does not say what was called. */
  public static Optional<LoggedCall> of(AccessLogLine line) {
    Optional<Integer> port =
        line.downstreamLocal()
            .flatMap(LoggedCall::port)
            .or(() -> line.authority().flatMap(LoggedCall::port));
    boolean tls = line.serverName().filter(name -> !name.startsWith("outbound_.")).isPresent();
    if (line.isConnection()) {
      Optional<String> host =
          line.serverName().or(() -> line.downstreamLocal().map(LoggedCall::host));
      return host.isPresent() && port.isPresent()
          ? Optional.of(new LoggedCall(line, connection(line, host.get(), port.get(), tls)))
          : Optional.empty();
    }
    String scheme = tls ? "https" : "http";
    String authority = line.authority().orElse("");
    String host =
        authority.isEmpty()
            ? line.downstreamLocal().map(LoggedCall::host).orElse("")
            : host(authority);
    if (host.isEmpty()) {
      return Optional.empty();
    }
    String target = line.path().orElse("/");
    int mark = target.indexOf('?');
    String query = mark < 0 ? "" : target.substring(mark + 1);
    return Optional.of(
        new LoggedCall(
            line,
            new Call(
                wire(line.protocol().orElse("HTTP/1.1")),
                line.method().orElse("GET"),
                scheme,
                host,
                port.orElse(tls ? 443 : 80),
                authority,
                mark < 0 ? target : target.substring(0, mark),
                CallReader.firstValues(query),
                query,
                headers(line),
                line.serverName().filter(name -> tls),
                false)));
  }

  private static Call connection(AccessLogLine line, String host, int port, boolean tls) {
    return new Call(
        tls ? Wire.TLS : Wire.TCP,
        "",
        "",
        host,
        port,
        "",
        "",
        Map.of(),
        "",
        Map.of(),
        line.serverName(),
        false);
  }

  private static Map<String, List<String>> headers(AccessLogLine line) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    line.userAgent().ifPresent(value -> headers.put("user-agent", List.of(value)));
    line.forwardedFor().ifPresent(value -> headers.put("x-forwarded-for", List.of(value)));
    line.requestId().ifPresent(value -> headers.put("x-request-id", List.of(value)));
    return headers;
  }

  private static Wire wire(String protocol) {
    return switch (protocol.toUpperCase(Locale.ROOT)) {
      case "HTTP/1.0" -> Wire.HTTP_10;
      case "HTTP/2", "HTTP/3" -> Wire.HTTP_2;
      default -> Wire.HTTP_11;
    };
  }

  private static Optional<Integer> port(String address) {
    int colon = address.lastIndexOf(':');
    String text = colon <= address.lastIndexOf(']') ? "" : address.substring(colon + 1);
    boolean digits = !text.isEmpty() && text.length() <= 5;
    return digits && text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  private static String host(String address) {
    return port(address).isPresent() ? address.substring(0, address.lastIndexOf(':')) : address;
  }

  /** Returns whether some answer of a trace is what the log says. */
  public boolean isExplainedBy(TraceResult trace) {
    return trace.branches().stream()
        .flatMap(branch -> branch.shares().stream())
        .map(Share::outcome)
        .anyMatch(this::isOutcome);
  }

  private boolean isOutcome(Outcome outcome) {
    String cluster = line.upstreamCluster().orElse("");
    if (outcome instanceof Outcome.Forwarded forwarded) {
      return cluster.equals(forwarded.cluster().toString()) && !line.flags().contains("NC");
    }
    if (outcome instanceof Outcome.PassedThrough) {
      return cluster.equals(PASSED);
    }
    if (outcome instanceof Outcome.Blocked) {
      return cluster.equals(BLOCKED) || line.routeName().orElse("").equals("block_all");
    }
    boolean flagged = outcome.flag().equals("-") || line.flags().contains(outcome.flag());
    boolean status = outcome.status() == 0 || outcome.status() == line.status();
    return flagged && status;
  }
}
