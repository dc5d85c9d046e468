package io.meshguard.match;

import com.google.re2j.Pattern;
import io.meshguard.logic.Ternary;
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
  private final boolean leavesOpen;

  /** Creates an evaluator that may work as long as it takes. */
  public Evaluator() {
    this(new Budget(Long.MAX_VALUE, Long.MAX_VALUE / 2, () -> false));
  }

  /** Creates an evaluator whose work is charged to a budget; it throws where that is used up. */
  Evaluator(Budget budget) {
    this(budget, false);
  }

  private Evaluator(Budget budget, boolean leavesOpen) {
    this.budget = budget;
    this.leavesOpen = leavesOpen;
  }

  /** Returns an evaluator that leaves open what costs more than a budget has left. */
  public static Evaluator within(Budget budget) {
    return new Evaluator(budget, true);
  }

  /**
   * Returns whether the match takes the request; unknown where it depends on an opaque condition or
   * on a pattern that is illegal or too large to compile.
   */
  public Ternary matches(RequestMatch match, Request request) {
    try {
      return all(match, request);
    } catch (Budget.BudgetExhausted e) {
      if (leavesOpen) {
        return Ternary.UNKNOWN;
      }
      throw e;
    }
  }

  private Ternary all(RequestMatch match, Request request) {
    Ternary all = Ternary.TRUE;
    for (Condition condition : match.conditions()) {
      Ternary one = any(condition.test(), request.values(condition.dimension()));
      all = all.and(condition.negated() ? one.not() : one);
      if (all == Ternary.FALSE) {
        break;
      }
    }
    return all;
  }

  /** Of a property that a request has several times, one value is enough. */
  private Ternary any(ValueMatch test, List<String> values) {
    if (values.isEmpty()) {
      return test(test, null);
    }
    Ternary any = Ternary.FALSE;
    for (String value : values) {
      any = any.or(test(test, value));
      if (any == Ternary.TRUE) {
        break;
      }
    }
    return any;
  }

  private Ternary test(ValueMatch test, @Nullable String value) {
    if (test instanceof ValueMatch.Opaque) {
      return Ternary.UNKNOWN;
    }
    if (test instanceof ValueMatch.OrEmpty orEmpty) {
      return test(orEmpty.inner(), value == null ? "" : value);
    }
    if (test instanceof ValueMatch.Regex regex) {
      return value == null ? Ternary.FALSE : pattern(regex.pattern(), value);
    }
    return Ternary.of(value != null && plain(test, value));
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

  private Ternary pattern(String pattern, String value) {
    RegexLanguage language =
        patterns.computeIfAbsent(pattern, text -> RegexLanguage.of(text, budget));
    Pattern oracle = language.oracle();
    if (oracle == null) {
      return Ternary.UNKNOWN;
    }
    budget.charge(language.stepsToMatch(value));
    return Ternary.of(oracle.matches(value));
  }
}
