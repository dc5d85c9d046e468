package io.meshguard.rules.routing;

import io.meshguard.istio.HostName;
import io.meshguard.match.Request;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One virtual host that Envoy makes of a VirtualService: a host at a port of a Gateway or sidecar.
 *
 * @param gateway {@code mesh} or {@code namespace/name}
 * @param host the host that is served there, perhaps with a wildcard in front
 * @param example a name that the host stands for
 * @param scheme the scheme that is served there; null where that is not known
 * @param port the port that is served there; null where that is not known
 */
record VirtualHost(
    String gateway, String host, String example, @Nullable String scheme, @Nullable Integer port) {

  private static final Set<Integer> HTTPS = Set.of(443, 8443);

  /** Returns whether a request as it is comes to this virtual host, but for the gateway. */
  boolean admits(Request request) {
    boolean samePort =
        port == null || request.port() == null || Objects.equals(port, request.port());
    return (scheme == null || scheme.equals(request.scheme()))
        && samePort
        && takes(request.authority());
  }

  /** Returns a request that comes to this virtual host and differs in what is given here only. */
  Request lead(Request request, boolean keepAuthority, boolean keepScheme) {
    boolean stays = keepAuthority || takes(request.authority());
    return new Request(
        request.method(),
        request.path(),
        stays ? request.authority() : example,
        keepScheme ? request.scheme() : scheme(request),
        request.headers(),
        request.query(),
        request.port() == null ? port : request.port(),
        request.sourceLabels(),
        request.sourceNamespace(),
        request.gateway());
  }

  /** Where no server is known, the usual ports of https say it. */
  private String scheme(Request request) {
    boolean https = request.port() != null && HTTPS.contains(request.port());
    return scheme == null ? (https ? "https" : request.scheme()) : scheme;
  }

  /** Returns the condition of coming to this virtual host. */
  RequestMatch condition() {
    RequestMatch.Builder builder = RequestMatch.builder().authority(ValueMatch.regex(pattern()));
    builder.inheritedGateways(List.of(gateway));
    if (scheme != null) {
      builder.scheme(ValueMatch.exact(scheme));
    }
    if (port != null) {
      builder.port(port);
    }
    return builder.build();
  }

  /** Gateways and sidecars look at neither the case of a host nor its port. */
  private boolean takes(String authority) {
    String name = authority.toLowerCase(Locale.ROOT);
    int colon = name.indexOf(':');
    if (colon >= 0 && colon == name.lastIndexOf(':')) {
      name = name.substring(0, colon);
    }
    String served = host.toLowerCase(Locale.ROOT);
    if (!HostName.isWildcard(served)) {
      return name.equals(example.toLowerCase(Locale.ROOT));
    }
    return isName(name)
        && name.length() > served.length() - 1
        && name.endsWith(served.substring(1));
  }

  /** Returns whether a text is a name that clients can look up. */
  private static boolean isName(String text) {
    for (String label : text.split("\\.", -1)) {
      boolean plain =
          !label.isEmpty()
              && label.chars().allMatch(c -> isLetterOrDigit(c) || c == '-' || c == '_');
      if (!plain || label.startsWith("-") || label.endsWith("-")) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private String pattern() {
    boolean wildcard = HostName.isWildcard(host);
    String fixed = wildcard ? host.substring(1) : example;
    StringBuilder pattern = new StringBuilder("(?i)");
    if (wildcard) {
      pattern.append("[a-z0-9][a-z0-9.-]*");
    }
    for (int i = 0; i < fixed.length(); i++) {
      char c = fixed.charAt(i);
      boolean plain = isLetterOrDigit(c) || c == '-' || c == '_';
      pattern.append(plain ? "" : "\\").append(c);
    }
    return pattern.append("(:[0-9]+)?").toString();
  }
}
