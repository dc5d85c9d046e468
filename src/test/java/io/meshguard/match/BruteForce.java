package io.meshguard.match;

import com.google.re2j.Pattern;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * First match wins, tried on every request that can be made of a few values. It reads Istio's
 * fields and knows nothing of automata, boxes or conditions. Where no pattern is in play the values
 * represent all others: each text of the pool, its cases, and each with a letter that none goes on
 * with. A header may be sent any number of times: a condition on it holds where one value meets it,
 * and what refuses a value where none does.
 */
final class BruteForce {
  static final List<String> GATEWAYS_OF_ROUTE = List.of("mesh", "gw");
  static final List<String> TEXTS = List.of("", "a", "ab", "b");
  static final List<String> PATHS = List.of("/", "/a", "/ab", "/b", "/A", "/aB", "");

  private static final String ABSENT = "\0absent";
  private static final List<String> VALUES =
      List.of(ABSENT, "", "a", "ab", "b", "z", "az", "abz", "bz", "aa", "ba", "abab", "bb");

  private static final Map<String, List<String>> DOMAINS =
      Map.ofEntries(
          Map.entry("path", paths()),
          Map.entry("method", List.of("GET", "POST", "P", "G", "GETZ", "POSTZ", "PZ", "GZ", "Z")),
          Map.entry("scheme", List.of("http", "https")),
          Map.entry("authority", VALUES.subList(2, VALUES.size())),
          Map.entry("query q", VALUES),
          Map.entry("port", List.of("80", "8080", "9")),
          Map.entry("label app", List.of(ABSENT, "a", "b", "z")),
          Map.entry("label tier", List.of(ABSENT, "a", "b", "z")),
          Map.entry("namespace", List.of("x", "y", "z")),
          Map.entry("gateway", List.of("mesh", "gw", "other")));

  private final List<SpecMatch> matches;
  private final Map<String, Pattern> patterns = new HashMap<>();

  /** Which matches take a request, one bit each; every combination that some request has. */
  private final Set<Integer> combinations;

  BruteForce(List<SpecMatch> matches) {
    this.matches = matches;
    Set<Integer> sofar = Set.of((1 << matches.size()) - 1);
    for (Map.Entry<String, List<String>> domain : DOMAINS.entrySet()) {
      Set<Integer> here = new LinkedHashSet<>();
      domain.getValue().forEach(value -> here.add(takers(domain.getKey(), values(value))));
      sofar = both(sofar, here);
    }
    for (String header : List.of("header x", "header y")) {
      Set<Integer> here = new LinkedHashSet<>();
      sent(header).forEach(values -> here.add(takers(header, values)));
      sofar = both(sofar, here);
    }
    combinations = sofar;
  }

  private static Set<Integer> both(Set<Integer> some, Set<Integer> others) {
    Set<Integer> next = new LinkedHashSet<>();
    some.forEach(mask -> others.forEach(other -> next.add(mask & other)));
    return next;
  }

  /** Returns lists of values of a header, one for all that the conditions do not tell apart. */
  private Collection<List<String>> sent(String header) {
    String name = header.substring("header ".length());
    Map<Integer, List<String>> byHits = new LinkedHashMap<>();
    Deque<List<String>> todo = new ArrayDeque<>(List.of(List.of()));
    List<List<String>> all = new ArrayList<>(List.of(List.of()));
    while (!todo.isEmpty()) {
      List<String> shorter = todo.pop();
      for (String value : VALUES.subList(1, VALUES.size())) {
        List<String> longer = new ArrayList<>(shorter);
        longer.add(value);
        if (byHits.putIfAbsent(hits(name, longer), longer) == null) {
          todo.add(longer);
          all.add(longer);
        }
      }
    }
    return all;
  }

  /** Returns a bit for each condition on a header of each match that one of the values meets. */
  private int hits(String name, List<String> values) {
    int hits = 0;
    for (int i = 0; i < matches.size(); i++) {
      hits |= hit(matches.get(i).headers().get(name), values) ? 1 << (2 * i) : 0;
      hits |= hit(matches.get(i).withoutHeaders().get(name), values) ? 2 << (2 * i) : 0;
    }
    return hits;
  }

  private boolean hit(SpecMatch.@Nullable Text text, List<String> values) {
    return text != null && values.stream().anyMatch(value -> passes(text, value));
  }

  private static List<String> values(String value) {
    return value.equals(ABSENT) ? List.of() : List.of(value);
  }

  private static List<String> paths() {
    List<String> all = new ArrayList<>(List.of("/"));
    for (int i = 0; all.get(i).length() < 3; i++) {
      for (char c : new char[] {'a', 'b', 'A', 'B', 'z', '/'}) {
        all.add(all.get(i) + c);
      }
    }
    all.addAll(all.stream().map(path -> path + "z").toList());
    return all;
  }

  private int takers(String property, List<String> values) {
    int mask = 0;
    for (int i = 0; i < matches.size(); i++) {
      if (takes(matches.get(i), property, values)) {
        mask |= 1 << i;
      }
    }
    return mask;
  }

  /** Returns whether some enumerated request meets the match. */
  boolean met(int match) {
    return combinations.stream().anyMatch(mask -> (mask >> match & 1) == 1);
  }

  /** Returns whether some enumerated request meets the match and no earlier one. */
  boolean reached(int match) {
    return combinations.stream().anyMatch(mask -> Integer.numberOfTrailingZeros(mask) == match);
  }

  /** Returns the size of the smallest set of reached matches that takes all of a match. */
  int smallestCover(int match) {
    List<Integer> toTake = combinations.stream().filter(mask -> (mask >> match & 1) == 1).toList();
    int reachedBefore = 0;
    for (int i = 0; i < match; i++) {
      reachedBefore |= reached(i) ? 1 << i : 0;
    }
    int smallest = Integer.MAX_VALUE;
    for (int set = 1; set < 1 << match; set++) {
      int candidate = set;
      if ((set & ~reachedBefore) == 0
          && toTake.stream().allMatch(mask -> (mask & candidate) != 0)) {
        smallest = Math.min(smallest, Integer.bitCount(set));
      }
    }
    return smallest;
  }

  /** Returns the first match that takes a request, or -1. */
  int firstTaker(Request request) {
    for (int i = 0; i < matches.size(); i++) {
      if (takes(matches.get(i), request)) {
        return i;
      }
    }
    return -1;
  }

  boolean takes(SpecMatch match, Request request) {
    return one(match, "path", request.path())
        && one(match, "method", request.method())
        && one(match, "scheme", request.scheme())
        && one(match, "authority", request.authority())
        && takes(match, "header x", request.headers().getOrDefault("x", List.of()))
        && takes(match, "header y", request.headers().getOrDefault("y", List.of()))
        && one(match, "query q", request.query().get("q"))
        && one(match, "port", request.port() == null ? null : request.port().toString())
        && one(match, "label app", request.sourceLabels().get("app"))
        && one(match, "label tier", request.sourceLabels().get("tier"))
        && one(match, "namespace", request.sourceNamespace())
        && one(match, "gateway", request.gateway());
  }

  private boolean one(SpecMatch match, String property, @Nullable String value) {
    return takes(match, property, value == null ? List.of() : List.of(value));
  }

  private boolean takes(SpecMatch match, String property, List<String> values) {
    String value = values.isEmpty() ? null : values.get(0);
    String key = property.substring(property.indexOf(' ') + 1);
    boolean sources = match.gateways().isEmpty();
    return switch (property) {
      case "path" -> match.uri().map(text -> uri(text, value, match.ignoreUriCase())).orElse(true);
      case "method" -> match.method().map(text -> passes(text, value)).orElse(true);
      case "scheme" -> match.scheme().map(text -> passes(text, value)).orElse(true);
      case "authority" -> match.authority().map(text -> passes(text, value)).orElse(true);
      case "header x", "header y" ->
          all(match.headers(), key, text -> hit(text, values))
              && all(match.withoutHeaders(), key, text -> lacks(text, values));
      case "query q" -> all(match.queryParams(), key, text -> passes(text, value));
      case "port" -> match.port().map(port -> port.toString().equals(value)).orElse(true);
      case "namespace" ->
          !sources || match.sourceNamespace().map(name -> name.equals(value)).orElse(true);
      case "gateway" ->
          (match.gateways().isEmpty() ? GATEWAYS_OF_ROUTE : match.gateways()).contains(value);
      default ->
          !sources
              || !match.sourceLabels().containsKey(key)
              || Objects.equals(match.sourceLabels().get(key), value);
    };
  }

  private interface TextTest {
    boolean test(SpecMatch.Text text);
  }

  private static boolean all(Map<String, SpecMatch.Text> conditions, String key, TextTest test) {
    SpecMatch.Text text = conditions.get(key);
    return text == null || test.test(text);
  }

  private boolean uri(SpecMatch.Text text, @Nullable String path, boolean ignoreCase) {
    if (path == null || !ignoreCase || text.kind().equals("regex")) {
      return passes(text, path);
    }
    SpecMatch.Text lower = new SpecMatch.Text(text.kind(), text.text().toLowerCase(Locale.ROOT));
    return passes(lower, path.toLowerCase(Locale.ROOT));
  }

  private boolean lacks(SpecMatch.Text text, List<String> values) {
    if (text.kind().equals("present") || text.text().equals("*")) {
      return values.isEmpty();
    }
    return !hit(text, values.isEmpty() ? List.of("") : values);
  }

  private boolean passes(SpecMatch.Text text, @Nullable String value) {
    if (value == null) {
      return false;
    }
    BiPredicate<String, String> test =
        switch (text.kind()) {
          case "exact" -> String::equals;
          case "prefix" -> String::startsWith;
          case "regex" -> (v, t) -> t.equals("*") || pattern(t).matches(v);
          default -> (v, t) -> true;
        };
    return test.test(value, text.text());
  }

  private Pattern pattern(String text) {
    return patterns.computeIfAbsent(text, Pattern::compile);
  }

  /** Returns whether some enumerated request meets both matches. */
  boolean meet(int one, int other) {
    return combinations.stream().anyMatch(mask -> (mask >> one & mask >> other & 1) == 1);
  }

  /** Returns whether every enumerated request of the second match meets the first. */
  boolean covers(int wide, int narrow) {
    return combinations.stream().noneMatch(mask -> (mask >> narrow & ~(mask >> wide) & 1) == 1);
  }
}
