package io.meshguard.change;

import io.meshguard.istio.HostName;
import io.meshguard.match.Condition;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.route.Domains;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The authorities that requests can name, cut into classes that no domain tells apart: each name,
 * each wildcard without what narrower domains take, and everything else.
 */
final class Authorities {

  static final String ANY = "*";

  private static final List<String> LABELS = List.of("www", "a", "b", "api", "other");
  private static final List<String> FOREIGN =
      List.of("other.example", "other.example.org", "nowhere.example.net");
  private static final int MOST_TRIES = 1_000;

  /** A name as people write it before the other spellings of the same host. */
  static final Comparator<String> BY_READING =
      Comparator.comparingInt(Authorities::rank)
          .thenComparingInt(String::length)
          .thenComparing(Comparator.naturalOrder());

  private final Set<String> domains;

  /**
   * Cuts the authorities.
   *
   * @param domains the domains of both sides
   */
  Authorities(Collection<String> domains) {
    this.domains = new LinkedHashSet<>(domains);
  }

  /** Returns some of the classes, each by its domain, those that read best first. */
  List<String> classes(Predicate<String> wanted) {
    List<String> classes = new ArrayList<>();
    domains.stream().filter(wanted).forEach(classes::add);
    if (!domains.contains(ANY) && wanted.test(ANY)) {
      classes.add(ANY);
    }
    classes.sort(BY_READING);
    return classes;
  }

  private static int rank(String domain) {
    if (domain.indexOf(':') >= 0 || HostName.isAddress(domain)) {
      return 4;
    }
    if (domain.endsWith(".")) {
      return 3;
    }
    if (HostName.isWildcard(domain)) {
      return 2;
    }
    return domain.indexOf('.') >= 0 ? 0 : 1;
  }

  /** Returns a name of a class; empty where narrower domains take all that can be found. */
  Optional<String> example(String domain) {
    if (!HostName.isWildcard(domain)) {
      return Optional.of(domain);
    }
    List<String> tries = new ArrayList<>();
    if (domain.equals(ANY)) {
      tries.addAll(FOREIGN);
    } else {
      LABELS.forEach(label -> tries.add(label + domain.substring(1)));
    }
    for (int i = 0; i < Math.min(MOST_TRIES, domains.size() + 1); i++) {
      tries.add(domain.equals(ANY) ? "other" + i + ".example" : "x" + i + domain.substring(1));
    }
    return tries.stream().filter(name -> falls(name, domain)).findFirst();
  }

  private boolean falls(String name, String domain) {
    return Domains.best(domains, name).orElse(ANY).equals(domain);
  }

  /** Returns the condition of naming an authority of a class. */
  RequestMatch condition(String domain, String scheme) {
    RequestMatch.Builder builder = RequestMatch.builder().scheme(ValueMatch.exact(scheme));
    if (domain.equals(ANY)) {
      return without(builder.build(), domain);
    }
    return without(builder.authority(ValueMatch.regex(pattern(domain))).build(), domain);
  }

  private RequestMatch without(RequestMatch match, String domain) {
    if (!HostName.isWildcard(domain)) {
      return match;
    }
    List<Condition> conditions = new ArrayList<>(match.conditions());
    for (String other : domains) {
      boolean narrower =
          !other.equals(domain)
              && !other.equals(ANY)
              && (domain.equals(ANY)
                  || Domains.takes(
                      domain, HostName.isWildcard(other) ? "x" + other.substring(1) : other));
      if (narrower) {
        RequestMatch taken =
            RequestMatch.builder().authority(ValueMatch.regex(pattern(other))).build();
        taken
            .conditions()
            .forEach(one -> conditions.add(new Condition(one.dimension(), one.test(), true)));
      }
    }
    return new RequestMatch(conditions);
  }

  /** Letters and the port do not matter. */
  private static String pattern(String domain) {
    boolean wildcard = HostName.isWildcard(domain);
    String fixed = wildcard ? domain.substring(1) : domain;
    String quoted =
        fixed
            .toLowerCase(Locale.ROOT)
            .chars()
            .mapToObj(c -> Character.isLetterOrDigit(c) ? Character.toString(c) : "\\" + (char) c)
            .collect(Collectors.joining());
    return "(?i)" + (wildcard ? "[^:]+" : "") + quoted + "(:[0-9]+)?";
  }
}
