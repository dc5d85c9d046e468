package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.match.Dimension.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sets of values of one property, narrowed one test after the other. */
class SolverTest {
  private final Budget budget = Tables.ample();
  private final Space space = new Space(Tables.AUTHORITY, budget);
  private final Solver solver = new Solver(budget);

  private static Condition passes(Kind kind, ValueMatch test) {
    return new Condition(new Dimension(kind, "x"), test, false);
  }

  private static Condition fails(Kind kind, ValueMatch test) {
    return new Condition(new Dimension(kind, "x"), test, true);
  }

  /** Returns what is left under all conditions, which are on the same property. */
  private @Nullable Constraint narrow(Condition... conditions) {
    Constraint left = null;
    for (Condition condition : conditions) {
      Literal literal = space.literal(condition);
      Constraint from = left == null ? space.free(literal.dimension()) : left;
      left =
          solver.narrow(
              from, space.domain(literal.dimension()), literal.atom(), literal.positive());
      if (left == null) {
        return null;
      }
    }
    return left;
  }

  /** Returns a value that is left, where absence is shown by a dash; null where nothing is left. */
  private @Nullable String value(Condition... conditions) {
    Constraint left = narrow(conditions);
    if (left == null) {
      return null;
    }
    assertThat(left.decided()).isTrue();
    String value = left.values().isEmpty() ? null : left.values().get(0);
    assertThat(left.admits(value)).isTrue();
    return value == null ? "-" : value;
  }

  @Test
  void valueIsWhatTheUserWrote() {
    Kind property = Kind.QUERY;
    assertThat(value(passes(property, ValueMatch.exact("v2")))).isEqualTo("v2");
    assertThat(value(passes(property, ValueMatch.prefix("v2")))).isEqualTo("v2");
    assertThat(value(passes(property, new ValueMatch.Prefix("CaNary", true)))).isEqualTo("CaNary");
    assertThat(value(passes(property, new ValueMatch.Exact("CaNary", true)))).isEqualTo("CaNary");
    assertThat(value(passes(property, ValueMatch.regex("zz|q.*")))).isEqualTo("q");
    assertThat(value(passes(property, ValueMatch.present()))).isEqualTo("x");
    assertThat(value(passes(Kind.METHOD, ValueMatch.regex("P.*")))).isEqualTo("P");
    assertThat(value(passes(Kind.METHOD, ValueMatch.prefix("PU")))).isEqualTo("PU");
    assertThat(value(fails(Kind.METHOD, ValueMatch.regex("GET|POST")))).isEqualTo("PUT");
    assertThat(value(fails(property, ValueMatch.exact("v2")))).isEqualTo("-");
  }

  @Test
  void refusedTextsAreGoneOnWith() {
    ValueMatch v = ValueMatch.prefix("v");
    assertThat(
            value(
                passes(Kind.QUERY, v),
                fails(Kind.QUERY, ValueMatch.exact("v")),
                fails(Kind.QUERY, ValueMatch.prefix("va")),
                fails(Kind.QUERY, ValueMatch.exact("vb"))))
        .isEqualTo("vc");
    assertThat(
            value(
                passes(Kind.PORT, ValueMatch.prefix("80")),
                fails(Kind.PORT, ValueMatch.exact("80")),
                fails(Kind.PORT, ValueMatch.exact("8080"))))
        .isEqualTo("801");
    assertThat(value(fails(Kind.PATH, ValueMatch.exact("/")))).isEqualTo("/a");
  }

  @Test
  void someTextIsABetterExampleThanNone() {
    assertThat(
            value(
                passes(Kind.QUERY, ValueMatch.present()), fails(Kind.QUERY, ValueMatch.exact("x"))))
        .isEqualTo("a");
  }

  @Test
  void longestPrefixDecides() {
    Condition v = passes(Kind.QUERY, ValueMatch.prefix("v"));
    Condition v1 = passes(Kind.QUERY, ValueMatch.prefix("v1"));
    Condition w = passes(Kind.QUERY, ValueMatch.prefix("w"));
    assertThat(value(v, v1)).isEqualTo("v1");
    assertThat(value(v1, v)).isEqualTo("v1");
    assertThat(value(v1, v, fails(Kind.QUERY, ValueMatch.exact("v1")))).isEqualTo("v1a");
    assertThat(narrow(v1, w)).isNull();
    assertThat(narrow(w, v1)).isNull();
    assertThat(narrow(v1, fails(Kind.QUERY, ValueMatch.prefix("v")))).isNull();
    assertThat(narrow(v1, fails(Kind.QUERY, ValueMatch.prefix("v1")))).isNull();
    assertThat(narrow(passes(Kind.PATH, ValueMatch.prefix("v")))).isNull();
    assertThat(narrow(passes(Kind.PATH, ValueMatch.prefix("/a b")))).isNull();
    assertThat(narrow(fails(Kind.PATH, ValueMatch.prefix("/")))).isNull();
  }

  /** Otherwise a route table with long paths would cost as much as one with patterns. */
  @Test
  void plainTextsNeedNoAutomaton() {
    String start = "/" + "a".repeat(2000);
    long before = budget.spent();

    assertThat(
            value(
                passes(Kind.PATH, ValueMatch.prefix(start)),
                fails(Kind.PATH, ValueMatch.exact(start)),
                fails(Kind.PATH, ValueMatch.prefix(start + "a"))))
        .isEqualTo(start + "b");
    assertThat(
            narrow(
                passes(Kind.PATH, ValueMatch.prefix(start)),
                fails(Kind.PATH, ValueMatch.prefix(start.substring(0, 1000)))))
        .isNull();
    assertThat(
            narrow(
                passes(Kind.PATH, ValueMatch.prefix(start + "b")),
                passes(Kind.PATH, ValueMatch.prefix(start + "c"))))
        .isNull();
    assertThat(narrow(passes(Kind.PATH, ValueMatch.prefix(start + " ")))).isNull();
    assertThat(budget.spent() - before).isLessThan(6000);
  }

  @Test
  void patternsAndTextsAreWeighedAgainstEachOther() {
    Condition digits = passes(Kind.QUERY, ValueMatch.regex("[0-9]+"));
    assertThat(value(digits, fails(Kind.QUERY, ValueMatch.exact("0")))).isEqualTo("1");
    assertThat(value(digits, fails(Kind.QUERY, ValueMatch.regex(".")))).isEqualTo("00");
    assertThat(value(digits, passes(Kind.QUERY, ValueMatch.prefix("42")))).isEqualTo("42");
    assertThat(narrow(digits, passes(Kind.QUERY, ValueMatch.prefix("x")))).isNull();
    assertThat(
            value(
                digits,
                fails(Kind.QUERY, new ValueMatch.OneOf(new LinkedHashSet<>(List.of("0", "1"))))))
        .isEqualTo("2");
    assertThat(
            narrow(
                passes(Kind.QUERY, ValueMatch.regex("[01]")),
                fails(Kind.QUERY, new ValueMatch.OneOf(new LinkedHashSet<>(List.of("0", "1"))))))
        .isNull();
    assertThat(
            value(
                passes(Kind.QUERY, new ValueMatch.Prefix("Ab", true)),
                fails(Kind.QUERY, ValueMatch.prefix("A")),
                fails(Kind.QUERY, ValueMatch.prefix("ab"))))
        .isEqualTo("aB");
  }

  @Test
  void listsAreGoneThrough() {
    ValueMatch.OneOf names =
        new ValueMatch.OneOf(new LinkedHashSet<>(List.of("gw", "mesh", "other")));
    assertThat(value(passes(Kind.GATEWAY, names))).isEqualTo("mesh");
    assertThat(value(passes(Kind.GATEWAY, names), fails(Kind.GATEWAY, ValueMatch.exact("mesh"))))
        .isEqualTo("gw");
    assertThat(narrow(passes(Kind.GATEWAY, names), passes(Kind.GATEWAY, ValueMatch.exact("x"))))
        .isNull();
    assertThat(value(fails(Kind.SCHEME, ValueMatch.exact("http")))).isEqualTo("https");
    assertThat(
            narrow(
                fails(Kind.SCHEME, ValueMatch.exact("http")),
                fails(Kind.SCHEME, ValueMatch.prefix("https"))))
        .isNull();
  }

  @Test
  void sameTestTwiceChangesNothing() {
    Condition v = passes(Kind.QUERY, ValueMatch.prefix("v"));
    Constraint once = narrow(v);
    assertThat(narrow(v, v)).isNotNull().extracting(Constraint::size).isEqualTo(1);
    assertThat(once).isNotNull().extracting(Constraint::size).isEqualTo(1);
    assertThat(narrow(v, fails(Kind.QUERY, ValueMatch.prefix("v")))).isNull();
    Condition not = fails(Kind.QUERY, ValueMatch.prefix("v"));
    assertThat(narrow(not, not)).isNotNull().extracting(Constraint::size).isEqualTo(1);
    assertThat(narrow(not, v)).isNull();
  }

  @Test
  void whatCannotBeDecidedStaysOpen() {
    Constraint opaque = narrow(passes(Kind.OPAQUE, new ValueMatch.Opaque("x")));
    assertThat(opaque).isNotNull().extracting(Constraint::decided).isEqualTo(false);
    Condition foo = passes(Kind.QUERY, ValueMatch.regex("\\bfoo\\b.*"));
    Constraint word = narrow(foo);
    assertThat(word).isNotNull().extracting(Constraint::decided).isEqualTo(false);
    assertThat(value(foo, passes(Kind.QUERY, ValueMatch.prefix("foo-")))).isEqualTo("foo-");
    assertThat(value(foo, passes(Kind.QUERY, ValueMatch.exact("foo-1")))).isEqualTo("foo-1");
    assertThat(narrow(foo, passes(Kind.QUERY, ValueMatch.exact("food")))).isNull();
  }

  @Test
  void absentValueCountsAsTheEmptyTextWhereAsked() {
    ValueMatch canary = new ValueMatch.OrEmpty(new ValueMatch.Prefix("CaNary", true));
    assertThat(value(passes(Kind.QUERY, canary))).isEqualTo("CaNary");
    assertThat(value(fails(Kind.QUERY, canary))).isEqualTo("-");
    assertThat(value(passes(Kind.QUERY, new ValueMatch.OrEmpty(ValueMatch.exact("")))))
        .isEqualTo("-");
    assertThat(value(fails(Kind.QUERY, new ValueMatch.OrEmpty(ValueMatch.exact("")))))
        .isEqualTo("x");
    assertThat(narrow(fails(Kind.QUERY, new ValueMatch.OrEmpty(ValueMatch.regex(".*"))))).isNull();
    assertThat(
            narrow(
                passes(Kind.QUERY, new ValueMatch.OrEmpty(ValueMatch.prefix("v1"))),
                fails(Kind.QUERY, new ValueMatch.OrEmpty(ValueMatch.prefix("v")))))
        .isNull();
    assertThat(
            narrow(
                passes(Kind.QUERY, new ValueMatch.OrEmpty(ValueMatch.exact("v1"))),
                fails(Kind.QUERY, new ValueMatch.OrEmpty(ValueMatch.regex("v[0-9]")))))
        .isNull();
  }
}
