package io.meshguard.rules.routing;

import io.meshguard.match.Analysis;
import io.meshguard.match.Budget;
import io.meshguard.match.Coverage;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A condition that no request meets, whatever else is asked: paths begin with a slash and end
 * before the query, methods are written in capitals and schemes in small letters, and all of these
 * are compared as they are written (envoy source/common/router/config_impl.cc @001b1c0).
 *
 * @param at the condition
 * @param problem what is wrong with it
 */
record ImpossibleCondition(Cursor at, Problem problem) {

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT");

  private static final List<String> LITERAL = List.of("exact", "prefix");

  /** What is wrong with a condition. */
  enum Problem {
    /** A path that does not begin with a slash. */
    NO_SLASH,
    /** A path with a query or fragment. */
    QUERY,
    /** A pattern of which no path is one. */
    NO_PATH,
    /** A method in small letters. */
    METHOD_CASE,
    /** Several methods in one text. */
    METHOD_LIST,
    /** A scheme in capitals or with what follows it in an address. */
    SCHEME,
    /** A host with a wildcard or slash. */
    AUTHORITY
  }

  /** Returns those of a match of an http route, the path first. */
  static List<ImpossibleCondition> in(Cursor match) {
    List<ImpossibleCondition> found = new ArrayList<>();
    Cursor uri = match.at("uri");
    texts(uri, LITERAL)
        .forEach(at -> path(at).ifPresent(p -> found.add(new ImpossibleCondition(at, p))));
    texts(uri, List.of("regex"))
        .filter(at -> isNoPath(at.text("")))
        .forEach(at -> found.add(new ImpossibleCondition(at, Problem.NO_PATH)));
    texts(match.at("method"), List.of("exact"))
        .forEach(at -> method(at).ifPresent(p -> found.add(new ImpossibleCondition(at, p))));
    texts(match.at("scheme"), List.of("exact"))
        .filter(at -> isMisspeltScheme(at.text("")))
        .forEach(at -> found.add(new ImpossibleCondition(at, Problem.SCHEME)));
    texts(match.at("authority"), LITERAL)
        .filter(at -> at.text("").indexOf('*') >= 0 || at.text("").indexOf('/') >= 0)
        .forEach(at -> found.add(new ImpossibleCondition(at, Problem.AUTHORITY)));
    return found;
  }

  private static Stream<Cursor> texts(Cursor condition, List<String> kinds) {
    return kinds.stream().map(condition::at).filter(at -> at.text().isPresent());
  }

  private static Optional<Problem> path(Cursor at) {
    String text = at.text("");
    boolean exact = at.pointer().toString().endsWith("/exact");
    // OPTIONS * is a request, and an empty prefix is every path.
    if (exact ? text.equals("*") : text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.startsWith("/")) {
      return Optional.of(Problem.NO_SLASH);
    }
    boolean query = text.indexOf('?') >= 0 || text.indexOf('#') >= 0;
    return query ? Optional.of(Problem.QUERY) : Optional.empty();
  }

  private static boolean isNoPath(String pattern) {
    boolean begins = Stream.of("/", "^/", ".*", "(/").anyMatch(pattern::startsWith);
    boolean query = Stream.of("\\?", "[?", "#").anyMatch(pattern::contains);
    if (begins && !query) {
      return false;
    }
    RequestMatch path = RequestMatch.builder().path(ValueMatch.regex(pattern)).build();
    Analysis analysis = new Analysis(List.of(path), "", Budget.forReview(() -> false));
    return analysis.judge().get(0) instanceof Coverage.Empty;
  }

  private static Optional<Problem> method(Cursor at) {
    String text = at.text("").strip();
    String upper = text.toUpperCase(Locale.ROOT);
    if (METHODS.contains(upper)) {
      return METHODS.contains(at.text("")) ? Optional.empty() : Optional.of(Problem.METHOD_CASE);
    }
    String[] several = upper.split("[|,]", -1);
    boolean list =
        several.length > 1 && Arrays.stream(several).map(String::strip).allMatch(METHODS::contains);
    return list ? Optional.of(Problem.METHOD_LIST) : Optional.empty();
  }

  private static boolean isMisspeltScheme(String text) {
    String name = text.toLowerCase(Locale.ROOT).replace("://", "");
    return (name.equals("http") || name.equals("https")) && !text.equals(name);
  }
}
