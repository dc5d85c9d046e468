package io.meshguard.istio;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Host names the way Istio reads them: short names belong to the namespace of the object that holds
 * them, and only a leading {@code *} is a wildcard.
 *
 * @see <a href="https://github.com/istio/istio/blob/1.30.3/pkg/config/host/name.go">istio
 *     pkg/config/host/name.go @1.30.3</a>
 */
public final class HostName {

  /**
   * Cluster domain under which indexes keep the names of Services: an index sees the object alone,
   * not the domain of the mesh.
   */
  public static final String INDEX_DOMAIN = "cluster.local";

  private HostName() {}

  /**
   * Returns the full name of a host. A name without a dot is a Service of the given namespace; any
   * other name stands as it is, so {@code foo.bar} is not completed.
   */
  public static String resolve(String host, String namespace, String clusterDomain) {
    return completed(host.toLowerCase(Locale.ROOT), namespace, clusterDomain);
  }

  /** Returns the full name of a host as {@link #resolve} does, its letters as they are written. */
  public static String completed(String host, String namespace, String clusterDomain) {
    boolean isShort = host.indexOf('.') < 0 && host.indexOf(':') < 0 && !host.contains("*");
    return isShort && !host.isEmpty() ? host + "." + namespace + ".svc." + clusterDomain : host;
  }

  /** Returns a full host name as indexes keep it. */
  public static String indexed(String fullName, String clusterDomain) {
    String suffix = ".svc." + clusterDomain;
    return fullName.endsWith(suffix)
        ? fullName.substring(0, fullName.length() - suffix.length()) + ".svc." + INDEX_DOMAIN
        : fullName;
  }

  /** Returns whether a name is an IPv4 or IPv6 address. */
  public static boolean isAddress(String host) {
    return host.indexOf(':') >= 0
        || (!host.isEmpty() && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
  }

  /** Returns whether a name begins with a wildcard. */
  public static boolean isWildcard(String host) {
    return host.startsWith("*");
  }

  /** Returns whether every host that the inner name stands for is one of the outer name. */
  public static boolean covers(String outer, String inner) {
    if (!isWildcard(outer)) {
      return outer.equals(inner);
    }
    String suffix = outer.substring(1);
    return isWildcard(inner) ? inner.substring(1).endsWith(suffix) : inner.endsWith(suffix);
  }

  /**
   * Returns the name of the hosts that are meant by both names, which is one of them; null where
   * there are none.
   */
  public static @Nullable String narrower(String left, String right) {
    if (covers(left, right)) {
      return right;
    }
    return covers(right, left) ? left : null;
  }

  /** Returns whether some host is meant by both names. */
  public static boolean overlap(String left, String right) {
    return covers(left, right) || covers(right, left);
  }
}
