package io.meshguard.istio;

import io.meshguard.deadline.Deadline;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Host names, some of them wildcards, that can be asked quickly whether a host is among them. Names
 * are kept backwards, so that those with the same end lie together.
 */
public final class HostSet {

  private final Set<String> exact = new HashSet<>();
  private final NavigableSet<String> exactBackwards = new TreeSet<>();
  private final NavigableSet<String> endsBackwards = new TreeSet<>();
  private @Nullable HostSet small;

  /** Makes a set of host names, which are compared as they are written. */
  public HostSet(Collection<String> hosts) {
    hosts.forEach(this::add);
  }

  /** Adds the names of another set. */
  public void addAll(HostSet other) {
    exact.addAll(other.exact);
    exactBackwards.addAll(other.exactBackwards);
    endsBackwards.addAll(other.endsBackwards);
  }

  /** Returns the same names in small letters; made once, so no name may be added afterwards. */
  public HostSet inSmallLetters() {
    if (small == null) {
      HostSet made = new HostSet(List.of());
      exact.forEach(host -> made.add(host.toLowerCase(Locale.ROOT)));
      endsBackwards.forEach(end -> made.endsBackwards.add(end.toLowerCase(Locale.ROOT)));
      small = made;
    }
    return small;
  }

  private void add(String host) {
    Deadline.check();
    if (HostName.isWildcard(host)) {
      endsBackwards.add(backwards(host.substring(1)));
    } else if (exact.add(host)) {
      exactBackwards.add(backwards(host));
    }
  }

  /** Returns whether one of the names stands for every host that the given one stands for. */
  public boolean covers(String host) {
    Deadline.check();
    boolean wildcard = HostName.isWildcard(host);
    return exact.contains(host) || hasStartOf(backwards(wildcard ? host.substring(1) : host));
  }

  /** Returns whether some host is meant by one of the names and by the given one. */
  public boolean overlaps(String host) {
    if (covers(host)) {
      return true;
    }
    if (!HostName.isWildcard(host)) {
      return false;
    }
    String tail = backwards(host.substring(1));
    return goesOn(exactBackwards, tail) || goesOn(endsBackwards, tail);
  }

  /** Returns whether some host is meant by this set and by another. */
  public boolean overlaps(HostSet other) {
    return other.exact.stream().anyMatch(this::covers)
        || other.endsBackwards.stream().anyMatch(end -> overlaps("*" + backwards(end)));
  }

  /** Returns whether one of the wildcards, backwards, is how a name begins. */
  private boolean hasStartOf(String name) {
    String bound = name;
    @Nullable String at = endsBackwards.floor(bound);
    while (at != null) {
      if (name.startsWith(at)) {
        return true;
      }
      // Whatever is how the name begins and sorts before this one is how both begin.
      bound = bound.substring(0, common(bound, at));
      at = endsBackwards.floor(bound);
    }
    return false;
  }

  private static int common(String one, String other) {
    int length = Math.min(one.length(), other.length());
    int at = 0;
    while (at < length && one.charAt(at) == other.charAt(at)) {
      at++;
    }
    return at;
  }

  private static boolean goesOn(NavigableSet<String> names, String start) {
    @Nullable String next = names.ceiling(start);
    return next != null && next.startsWith(start);
  }

  private static String backwards(String text) {
    return new StringBuilder(text).reverse().toString();
  }
}
