package io.meshguard.match;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Short ways to write matches and to judge them. */
final class Tables {
  static final String AUTHORITY = "shop.example.com";

  private Tables() {}

  static RequestMatch match(UnaryOperator<RequestMatch.Builder> conditions) {
    return conditions.apply(RequestMatch.builder()).build();
  }

  static RequestMatch prefix(String path) {
    return match(m -> m.path(ValueMatch.prefix(path)));
  }

  static RequestMatch exact(String path) {
    return match(m -> m.path(ValueMatch.exact(path)));
  }

  static RequestMatch regex(String pattern) {
    return match(m -> m.path(ValueMatch.regex(pattern)));
  }

  static RequestMatch any() {
    return RequestMatch.builder().build();
  }

  static Budget ample() {
    return new Budget(500_000_000, 50_000_000, () -> false);
  }

  static Analysis analysis(RequestMatch... matches) {
    return new Analysis(List.of(matches), AUTHORITY, ample());
  }

  static List<Coverage> judge(RequestMatch... matches) {
    return analysis(matches).judge();
  }

  /** Returns the verdict on the last match. */
  static Coverage last(RequestMatch... matches) {
    List<Coverage> all = judge(matches);
    return all.get(all.size() - 1);
  }

  static Coverage.Covered covered(RequestMatch... matches) {
    Coverage verdict = last(matches);
    if (verdict instanceof Coverage.Covered covered) {
      return covered;
    }
    throw new AssertionError(verdict + " for " + Arrays.toString(matches));
  }

  static Request reached(RequestMatch... matches) {
    Coverage verdict = last(matches);
    if (verdict instanceof Coverage.Reachable reachable) {
      return reachable.witness();
    }
    throw new AssertionError(verdict + " for " + Arrays.toString(matches));
  }
}
