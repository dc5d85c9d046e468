package io.meshguard.mesh;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** Host names, some of them wildcards, that can be asked quickly whether a host is among them. */
public final class HostSet {

  private final Set<String> exact = new HashSet<>();
  private final Set<String> suffixes = new HashSet<>();
  private final Set<Integer> lengths = new TreeSet<>();

  /** Makes a set of host names in lower case. */
  public HostSet(Collection<String> hosts) {
    for (String host : hosts) {
      if (HostName.isWildcard(host)) {
        suffixes.add(host.substring(1));
        lengths.add(host.length() - 1);
      } else {
        exact.add(host);
      }
    }
  }

  /** Returns whether one of the names stands for every host that the given one stands for. */
  public boolean covers(String host) {
    if (exact.contains(host)) {
      return true;
    }
    String tail = HostName.isWildcard(host) ? host.substring(1) : host;
    return lengths.stream()
        .filter(length -> length <= tail.length())
        .anyMatch(length -> suffixes.contains(tail.substring(tail.length() - length)));
  }

  /** Returns whether some host is meant by one of the names and by the given one. */
  public boolean overlaps(String host) {
    if (covers(host)) {
      return true;
    }
    if (!HostName.isWildcard(host)) {
      return false;
    }
    String tail = host.substring(1);
    return exact.stream().anyMatch(name -> name.endsWith(tail))
        || suffixes.stream().anyMatch(suffix -> suffix.endsWith(tail));
  }
}
