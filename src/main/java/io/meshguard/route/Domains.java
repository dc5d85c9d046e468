package io.meshguard.route;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * How Envoy chooses a virtual host by the authority of a request: a name comes before the longest
 * suffix, and that before {@code *}; letters and the port do not matter (Envoy
 * source/common/router/config_impl.cc {@code findVirtualHost} @1.36, istio
 * pilot/pkg/networking/core/httproute.go {@code IgnorePortInHostMatching} @1.30.3).
 */
public final class Domains {

  private Domains() {}

  /** Returns the name in an authority, in small letters and without a port. */
  public static String host(String authority) {
    String lower = authority.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    boolean port =
        colon > lower.lastIndexOf(']')
            && lower.indexOf(':') == (lower.startsWith("[") ? lower.indexOf(':') : colon)
            && lower.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9');
    return port ? lower.substring(0, colon) : lower;
  }

  /** Returns whether a domain takes a name. */
  public static boolean takes(String domain, String host) {
    if (domain.equals("*")) {
      return true;
    }
    return domain.startsWith("*")
        ? host.length() > domain.length() - 1 && host.endsWith(domain.substring(1))
        : domain.equals(host);
  }

  /** Returns the domain that takes a name before all others; empty where none does. */
  public static Optional<String> best(Collection<String> domains, String host) {
    String best = null;
    for (String domain : domains) {
      if (takes(domain, host) && (best == null || isNarrower(domain, best))) {
        best = domain;
      }
    }
    return Optional.ofNullable(best);
  }

  private static boolean isNarrower(String domain, String other) {
    boolean exact = !domain.startsWith("*");
    boolean otherExact = !other.startsWith("*");
    return exact == otherExact ? domain.length() > other.length() : exact;
  }
}
