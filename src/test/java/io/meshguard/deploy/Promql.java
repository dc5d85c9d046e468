package io.meshguard.deploy;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an expression for Prometheus is about, as far as a reader without a parser can tell. */
final class Promql {

  /** Label matchers, ranges, and the labels of a grouping. */
  private static final Pattern NO_NAMES =
      Pattern.compile("\\{[^}]*}|\\[[^\\]]*]|\\b(by|on|without|ignoring)\\s*\\([^)]*\\)");

  private static final Pattern NAME = Pattern.compile("\\b[a-zA-Z_:][\\w:]*\\b");
  private static final Set<String> WORDS =
      Set.of(
          "absent",
          "and",
          "count",
          "histogram_quantile",
          "increase",
          "max",
          "min",
          "offset",
          "or",
          "rate",
          "sum",
          "time",
          "unless");

  private Promql() {}

  /** Returns the names of the metrics in it. */
  static Set<String> metrics(String expression) {
    return NAME.matcher(NO_NAMES.matcher(expression).replaceAll(" "))
        .results()
        .map(MatchResult::group)
        .filter(name -> !WORDS.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
