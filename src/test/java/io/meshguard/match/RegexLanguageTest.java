package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexLanguageTest {

  private static RegexLanguage language(String pattern) {
    return RegexLanguage.of(pattern, Tables.ample());
  }

  @ParameterizedTest
  @CsvSource({
    "abc, abc",
    "^abc$, abc",
    "/v1/(a|b), /v1/",
    "(/v1)/.*, /v1/",
    "/(?:api)/x*, /api/",
    "/a?b, /",
    ".*, ''",
    "a|b, ''",
    "(?i)/A, /",
    "\\x{1F600}1[23], \uD83D\uDE001",
    "'/a{2}', /",
    "/[x], /x",
    "a[bc]d, a",
    "(a.)b, a",
    "(ab?)c, a",
    "\\x00a, '\0a'",
    "\\bfoo, ''"
  })
  void fixedBeginningIsRequired(String pattern, String prefix) {
    assertThat(language(pattern).requiredPrefix()).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{1000}){11}",
        "((a{100}){100}){100}",
        "(a|b|c){4000}?x{1000}(y{1000}z{1000}){4}"
      })
  void largePatternsAreLeftAlone(String pattern) {
    leftAlone(pattern);
  }

  @Test
  void longPatternsAreLeftAlone() {
    leftAlone("a".repeat(4097));
    assertThat(language("a".repeat(4096)).tree()).isNotNull();
  }

  @Test
  void whatIsNotReadIsCompiledOnlyWhereItCannotHarm() {
    leftAlone("(".repeat(101) + "a" + ")".repeat(101) + "**");
    leftAlone("(?i)é{1}");
    leftAlone("a**b{9}c{9}d{9}");
    leftAlone("(a)".repeat(101) + "**");
    leftAlone("(?Ui)é**");
    leftAlone("(?s-mi)é**");
    leftAlone("(?i)\u0080**");
    leftAlone("\\x41(?i)a**");
    leftAlone("(?i)a**\\9");
    assertThat(language("a".repeat(150) + "**").error()).isNotNull();
    assertThat(language("(?P<i>é)**").error()).isNotNull();
    assertThat(language("(?i)a**\\").error()).isNotNull();
    assertThat(language("(?i)ax9**").error()).isNotNull();
    assertThat(language("(((a)))**").error()).isNotNull();
    assertThat(language("a{2}{2}").error()).isNotNull();
    assertThat(language("(?i)é").oracle()).isNull();
    assertThat(language("(?i)[[:foo:]]\\x").oracle()).isNull();
    assertThat(language("(?i)a**\\071").error()).isNull();
    assertThat(language("(?i)a**\\d").error()).isNotNull();
    assertThat(language("(?s)é**").error()).isNotNull();
  }

  private static void leftAlone(String pattern) {
    RegexLanguage language = language(pattern);
    assertThat(language.tree()).isNull();
    assertThat(language.oracle()).isNull();
    assertThat(language.error()).isNull();
  }

  @Test
  void legalPatternsHaveBoth() {
    RegexLanguage language = language("/v[0-9]+");
    assertThat(language.tree()).isNotNull();
    assertThat(language.oracle()).isNotNull();
    assertThat(language.error()).isNull();
    assertThat(language.size()).isEqualTo(language.tree() == null ? -1 : language.tree().size());
  }

  @Test
  void readingIsPaidForByLength() {
    assertThat(spent("a".repeat(2000))).isGreaterThan(10 * spent("a".repeat(100)));
    assertThat(spent("a{1000}")).isGreaterThan(10 * spent("a{10}"));
  }

  private static long spent(String pattern) {
    Budget budget = Tables.ample();
    RegexLanguage.of(pattern, budget);
    return budget.spent();
  }

  @ParameterizedTest
  @CsvSource({
    "abc, 3",
    "'', 0",
    "a|b, 4",
    "a*, 2",
    "a+, 4",
    "'a{5}', 10",
    "'a{2,5}', 10",
    "'a{3,}', 8",
    "'(ab){10}', 30",
    "^a$, 3",
    "'(((a{1000}){1000}){1000}){1000}', 2147483647"
  })
  void sizeCountsWrittenOutRepetitions(String pattern, long size) {
    assertThat(RegexParser.parse(pattern).size()).isEqualTo(size);
  }

  /** Else an automaton could be larger than what was paid for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "abc",
        "a|b|cd",
        "a*",
        "a+",
        "a?",
        "a{3}",
        "a{0,4}",
        "a{2,}",
        "(a|b){2,3}c*",
        "((ab?){2}|c+)*",
        "^(a|)$",
        "()",
        "(a{3}){4}",
        "\\d+[a-c]{2,7}x"
      })
  void automataAreNoLargerThanTheSize(String pattern) {
    RegexNode tree = RegexParser.parse(pattern);
    assertThat((long) new Nfa(tree).size()).isBetween(1L, tree.size() + 1);
  }
}
