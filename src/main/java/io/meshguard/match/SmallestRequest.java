package io.meshguard.match;

import io.meshguard.match.Dimension.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes a request simpler as long as it stays in its place: fewer headers, a shorter path. */
final class SmallestRequest {

  /** Of a long path not every shorter one is worth a try. */
  private static final int MOST_CUTS = 8;

  private final String authority;

  SmallestRequest(String authority) {
    this.authority = authority;
  }

  /** Returns the simplest request that was found in the place; the given one where none was. */
  Request of(Request request, RequestPlace place, Evaluator evaluator) {
    Request best = request;
    try {
      for (Kind kind : List.of(Kind.HEADER, Kind.QUERY, Kind.SOURCE_LABEL)) {
        best = withFewer(kind, best, place, evaluator);
      }
      best = with(Kind.METHOD, List.of("GET"), best, place, evaluator);
      best = with(Kind.SCHEME, List.of("http"), best, place, evaluator);
      best = with(Kind.AUTHORITY, List.of(authority), best, place, evaluator);
      return with(Kind.PATH, paths(best.path(), place), best, place, evaluator);
    } catch (Budget.BudgetExhausted e) {
      return best;
    }
  }

  private static Request withFewer(
      Kind kind, Request request, RequestPlace place, Evaluator evaluator) {
    Request best = request;
    for (String name : names(kind, request)) {
      Request fewer = best.without(new Dimension(kind, name));
      if (place.holds(fewer, evaluator)) {
        best = fewer;
      }
    }
    return best;
  }

  private static Collection<String> names(Kind kind, Request request) {
    return switch (kind) {
      case HEADER -> request.headers().keySet();
      case QUERY -> request.query().keySet();
      default -> request.sourceLabels().keySet();
    };
  }

  private static Request with(
      Kind kind,
      Collection<String> values,
      Request request,
      RequestPlace place,
      Evaluator evaluator) {
    for (String value : values) {
      if (request.values(Dimension.of(kind)).contains(value)) {
        return request;
      }
      Request other = request.with(kind, value);
      if (place.holds(other, evaluator)) {
        return other;
      }
    }
    return request;
  }

  /**
   * Returns shorter paths, the shortest first: what the matches name, and the path's own starts.
   */
  private static List<String> paths(String path, RequestPlace place) {
    Set<String> texts = new LinkedHashSet<>(List.of("/"));
    for (RequestMatch match : place.takers()) {
      for (Condition condition : match.conditions()) {
        if (condition.dimension().kind() == Kind.PATH) {
          if (condition.test() instanceof ValueMatch.Exact exact) {
            texts.add(exact.text());
          } else if (condition.test() instanceof ValueMatch.Prefix prefix) {
            texts.add(prefix.text());
          }
        }
      }
    }
    int cuts = 0;
    for (int at = path.indexOf('/', 1); at > 0 && cuts < MOST_CUTS; cuts++) {
      texts.add(path.substring(0, at));
      at = path.indexOf('/', at + 1);
    }
    List<String> shorter = new ArrayList<>(texts);
    shorter.removeIf(text -> text.length() >= path.length() || !text.startsWith("/"));
    shorter.sort(Comparator.comparingInt(String::length));
    return shorter;
  }
}
