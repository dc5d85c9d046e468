package io.meshguard.match;

import com.google.re2j.Pattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks one request against one match, condition by condition, with RE2/J for patterns. It shares no
 * automaton with {@link Analysis} and so can check its witnesses. Keeps compiled patterns; not for
 * use by several threads at once.
 */
public final class Evaluator {
  private final Map<String, RegexLanguage> patterns = new HashMap<>();
  private final Budget budget;

  /** Creates an evaluator that may work as long as it takes. */
  public Evaluator() {
    this(new Budget(Long.MAX_VALUE, Long.MAX_VALUE / 2, () -> false));
  }

  /** Creates an evaluator whose work is charged to a budget. */
  Evaluator(Budget budget) {
    this.budget = budget;
  }

  /**
   * Returns whether the match takes the request; unknown where it depends on an opaque condition or
   * on a pattern that is illegal or too large to compile.
   */
  public Answer matches(RequestMatch match, Request request) {
    Answer all = Answer.YES;
    for (Condition condition : match.conditions()) {
      Answer one = any(condition.test(), request.values(condition.dimension()));
      if (one == (condition.negated() ? Answer.YES : Answer.NO)) {
        return Answer.NO;
      }
      if (one == Answer.UNKNOWN) {
        all = Answer.UNKNOWN;
      }
    }
    return all;
  }

  /** Of a property that a request has several times, one value is enough. */
  private Answer any(ValueMatch test, List<String> values) {
    if (values.isEmpty()) {
      return test(test, null);
    }
    Answer any = Answer.NO;
    for (String value : values) {
      Answer one = test(test, value);
      if (one == Answer.YES) {
        return Answer.YES;
      }
      any = one == Answer.UNKNOWN ? one : any;
    }
    return any;
  }

  private Answer test(ValueMatch test, @Nullable String value) {
    if (test instanceof ValueMatch.Opaque) {
      return Answer.UNKNOWN;
    }
    if (test instanceof ValueMatch.OrEmpty orEmpty) {
      return test(orEmpty.inner(), value == null ? "" : value);
    }
    if (test instanceof ValueMatch.Regex regex) {
      return value == null ? Answer.NO : pattern(regex.pattern(), value);
    }
    return value != null && plain(test, value) ? Answer.YES : Answer.NO;
  }

  private static boolean plain(ValueMatch test, String value) {
    if (test instanceof ValueMatch.Exact exact) {
      return exact.ignoreCase()
          ? folded(value).equals(folded(exact.text()))
          : value.equals(exact.text());
    }
    if (test instanceof ValueMatch.Prefix prefix) {
      return prefix.ignoreCase()
          ? folded(value).startsWith(folded(prefix.text()))
          : value.startsWith(prefix.text());
    }
    if (test instanceof ValueMatch.OneOf oneOf) {
      return oneOf.texts().contains(value);
    }
    return test instanceof ValueMatch.Present;
  }

  private static String folded(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      out.append((char) TextRunner.lower(text.charAt(i)));
    }
    return out.toString();
  }

  private Answer pattern(String pattern, String value) {
    RegexLanguage language =
        patterns.computeIfAbsent(pattern, text -> RegexLanguage.of(text, budget));
    Pattern oracle = language.oracle();
    if (oracle == null) {
      return Answer.UNKNOWN;
    }
    budget.charge(language.stepsToMatch(value));
    return oracle.matches(value) ? Answer.YES : Answer.NO;
  }
}
