package io.meshguard.rules.routing;

import io.meshguard.match.Condition;
import io.meshguard.match.Dimension;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to do about a dead place that no fix mends: advice that fits why its requests are taken.
 *
 * @param table the routes
 * @param entries the entries of the dead place
 * @param by the places that take its requests
 */
record RouteAdvice(RouteTable table, List<Integer> entries, Set<Integer> by) {

  private static final String OPERATORS = "\\.+*?()|[]{}^$";

  /** Says what to do where nothing more is known. */
  void give(Report.Draft draft) {
    Optional<String> pattern = pattern();
    if (asksForTheSame()) {
      draft.advice("advice-same");
    } else if (pattern.isPresent()) {
      draft.advice("advice-path", Message.verbatim(pattern.get()));
    } else {
      draft.advice("advice");
    }
  }

  /** Says what to do where moving the place up would take a request away from another route. */
  void give(Report.Draft draft, Message.Verbatim loser, String request) {
    Optional<String> pattern = pattern();
    if (asksForTheSame()) {
      draft.advice("advice-same");
    } else if (pattern.isPresent()) {
      draft.advice("obstacle-path", loser, request, Message.verbatim(pattern.get()));
    } else {
      draft.advice("obstacle", loser, request);
    }
  }

  private boolean asksForTheSame() {
    if (by.size() != 1 || entries.isEmpty()) {
      return false;
    }
    Set<Set<Condition>> theirs = new HashSet<>();
    takers().forEach(taker -> theirs.add(Set.copyOf(table.match(taker).conditions())));
    return entries.stream()
        .allMatch(entry -> theirs.contains(Set.copyOf(table.match(entry).conditions())));
  }

  /**
   * Returns the pattern that a path prefix was meant to be: where it takes a longer path only
   * because the end of the prefix is not the end of a path segment.
   */
  private Optional<String> pattern() {
    return takers().stream()
        .map(taker -> path(table.match(taker)))
        .flatMap(Optional::stream)
        .filter(wide -> wide instanceof ValueMatch.Prefix)
        .map(wide -> (ValueMatch.Prefix) wide)
        .filter(
            wide ->
                entries.stream()
                    .flatMap(entry -> path(table.match(entry)).stream())
                    .anyMatch(narrow -> splitsSegment(wide, narrow)))
        .map(RouteAdvice::segments)
        .findFirst();
  }

  private List<Integer> takers() {
    return by.stream().flatMap(place -> table.entries(place).stream()).toList();
  }

  private static Optional<ValueMatch> path(RequestMatch match) {
    return match.conditions().stream()
        .filter(condition -> condition.dimension().kind() == Dimension.Kind.PATH)
        .map(Condition::test)
        .findFirst();
  }

  private static boolean splitsSegment(ValueMatch.Prefix wide, ValueMatch narrow) {
    String text =
        narrow instanceof ValueMatch.Prefix prefix
            ? prefix.text()
            : narrow instanceof ValueMatch.Exact exact ? exact.text() : "";
    String start = wide.text();
    return start.length() > 1
        && !start.endsWith("/")
        && text.length() > start.length()
        && text.regionMatches(wide.ignoreCase(), 0, start, 0, start.length())
        && text.charAt(start.length()) != '/';
  }

  private static String segments(ValueMatch.Prefix prefix) {
    StringBuilder pattern = new StringBuilder(prefix.ignoreCase() ? "(?i)" : "");
    prefix
        .text()
        .chars()
        .forEach(c -> pattern.append(OPERATORS.indexOf(c) < 0 ? "" : "\\").append((char) c));
    return pattern.append("(/.*)?").toString();
  }
}
