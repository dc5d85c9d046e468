package io.meshguard.dataplane;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of Istio's default access log (Istio pilot/pkg/model/telemetry_logging.go,
 * EnvoyTextLogFormat).
 *
 * @param text the whole line
 * @param request method, path and protocol
 * @param status 0 for a TCP connection
 * @param flags such as {@code NR}, {@code -} for none
 * @param details such as {@code route_not_found}, {@code -} for none
 * @param userAgent of the request
 * @param authority as it went on, {@code -} for a TCP connection
 * @param upstreamCluster where it went, {@code -} for nowhere
 * @param local address and port of the proxy, or what was dialled where TCP is redirected to it
 * @param client address and port of who sent it
 * @param serverName what a TLS client asked for, {@code -} for nothing
 * @param route name of the route, {@code -} for none
 */
public record AccessLogLine(
    String text,
    String request,
    int status,
    String flags,
    String details,
    String userAgent,
    String authority,
    String upstreamCluster,
    String local,
    String client,
    String serverName,
    String route) {
  // [time] "request" status flags details termination "failure" received sent duration service
  // "forwarded" "agent" "id" "authority" "upstream" cluster local downstream remote sni route
  private static final Pattern FORMAT =
      Pattern.compile(
          "\\[[^]]*] \"(?<request>[^\"]*)\" (?<status>\\d+) (?<flags>\\S+) (?<details>.+?) \\S+"
              + " \"[^\"]*\" \\d+ \\d+ \\d+ \\S+ \"[^\"]*\" \"(?<agent>[^\"]*)\" \"[^\"]*\""
              + " \"(?<authority>[^\"]*)\" \"[^\"]*\" (?<cluster>\\S+) \\S+ (?<local>\\S+)"
              + " (?<client>\\S+) (?<sni>\\S+) (?<route>.*)");

  /** Reads a line; one of another form gives nothing. */
  static Optional<AccessLogLine> parse(String line) {
    Matcher matcher = FORMAT.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new AccessLogLine(
            line,
            matcher.group("request"),
            Integer.parseInt(matcher.group("status")),
            matcher.group("flags"),
            matcher.group("details"),
            matcher.group("agent"),
            matcher.group("authority"),
            matcher.group("cluster"),
            matcher.group("local"),
            matcher.group("client"),
            matcher.group("sni"),
            matcher.group("route")));
  }
}
