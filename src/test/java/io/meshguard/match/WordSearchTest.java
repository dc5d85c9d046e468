package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meshguard.match.Dimension.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordSearchTest {

  private static @Nullable String search(Kind kind, List<String> accepted, List<String> refused) {
    Budget budget = Tables.ample();
    return search(kind, accepted, refused, budget);
  }

  private static @Nullable String search(
      Kind kind, List<String> accepted, List<String> refused, Budget budget) {
    WordSearch search = new WordSearch(Domain.of(kind, Tables.AUTHORITY), budget);
    accepted.forEach(pattern -> search.add(automaton(pattern, budget), true));
    refused.forEach(pattern -> search.add(automaton(pattern, budget), false));
    return search.shortest();
  }

  private static Runner automaton(String pattern, Budget budget) {
    return new LazyDfa(new Nfa(RegexParser.parse(pattern)), budget);
  }

  @ParameterizedTest
  @CsvSource({
    "[a-z]{2}[0-9], aa0",
    "[A-Z0-9], 0",
    "[_A-F], A",
    "[!-/], -",
    "[!\u00E9], !",
    "[\u00E9\u4E2D], \u00E9",
    "aaaa|b.+c|dd, dd",
    "zz|.y, ay",
    "\\x{1F600}b\\x{1F601}, \uD83D\uDE00b\uD83D\uDE01",
    "(?i)[k-m], k"
  })
  void shortestAndMostReadableTextIsFound(String pattern, String text) {
    assertThat(search(Kind.HEADER, List.of(pattern), List.of())).isEqualTo(text);
  }

  @Test
  void refusedTextsAreLeftOut() {
    assertThat(search(Kind.HEADER, List.of(".*"), List.of(""))).isEqualTo("a");
    assertThat(search(Kind.HEADER, List.of(".*"), List.of("a?", "[b-z]"))).isEqualTo("0");
    assertThat(search(Kind.HEADER, List.of("a+"), List.of("a{0,3}"))).isEqualTo("aaaa");
    assertThat(search(Kind.HEADER, List.of("(ab)*", ".{3,}"), List.of("abab"))).isEqualTo("ababab");
    assertThat(search(Kind.HEADER, List.of(), List.of(".*b.*", "a*"))).isEqualTo("c");
  }

  @Test
  void thereIsNoTextWhereLanguagesAreEqual() {
    assertThat(search(Kind.HEADER, List.of("a*b?|c"), List.of("c|a*b|a*"))).isNull();
    assertThat(search(Kind.HEADER, List.of("a+", "b+"), List.of())).isNull();
  }

  @Test
  void emptyTextCountsWhereItIsAValue() {
    assertThat(search(Kind.HEADER, List.of("[A-Z]*"), List.of())).isEmpty();
    assertThat(search(Kind.METHOD, List.of("[A-Z]*"), List.of())).isEqualTo("A");
    assertThat(search(Kind.METHOD, List.of(""), List.of())).isNull();
  }

  @Test
  void everyPathBeginsWithASlash() {
    assertThat(search(Kind.PATH, List.of(".*"), List.of())).isEqualTo("/");
    assertThat(search(Kind.PATH, List.of(".{3}"), List.of("/a."))).isEqualTo("/ba");
    assertThat(search(Kind.PATH, List.of("[^/].*"), List.of())).isNull();
    assertThat(search(Kind.PATH, List.of(".*"), List.of("/.*"))).isNull();
  }

  @Test
  void refusedPrefixEndsTheSearchAtOnce() {
    Budget budget = Tables.ample();
    WordSearch search = new WordSearch(Domain.of(Kind.PATH, Tables.AUTHORITY), budget);
    search.add(automaton("/(.*a.{20}|.*b.{20})", budget), true);
    search.add(new TextRunner("/", true, false), false);
    long before = budget.spent();

    assertThat(search.shortest()).isNull();
    assertThat(budget.spent() - before).isLessThan(1000);
  }

  @Test
  void onlyCharactersOfTheDomainAreUsed() {
    assertThat(search(Kind.PATH, List.of("/[?#]"), List.of())).isNull();
    assertThat(search(Kind.PATH, List.of("/[?z#]"), List.of())).isEqualTo("/z");
    assertThat(search(Kind.METHOD, List.of("[ /:é]|get"), List.of())).isEqualTo("get");
    assertThat(search(Kind.HEADER, List.of("[\\n\\r]|\\x00"), List.of())).isNull();
    assertThat(search(Kind.PORT, List.of(".."), List.of())).isEqualTo("00");
  }

  @Test
  void searchIsPaidFor() {
    Budget budget = new Budget(1L << 40, 20_000, () -> false);

    assertThatExceptionOfType(Budget.BudgetExhausted.class)
        .isThrownBy(() -> search(Kind.HEADER, List.of(".*a.{25}"), List.of(".{0,26}a.*"), budget));
  }
}
