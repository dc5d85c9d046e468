package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexSampleTest {

  private static @Nullable String sample(String pattern) {
    return RegexSample.of(RegexParser.parse(pattern));
  }

  @ParameterizedTest
  @CsvSource({
    "/v[0-9]+/[^/]+, /v0/a",
    "^/api$, /api",
    "a*b+, b",
    "'x{0,5}', ''",
    "(ab){3}, ababab",
    "[A-Z_5], 5",
    "[^a-z], 0",
    "[.~], .",
    "[\\x{4E00}-\\x{9FFF}], \u4E00",
    "\\x{1F600}, \uD83D\uDE00",
    "(?i)K, k",
    ".*, ''",
    "a$$, a",
    "^^a, a"
  })
  void sampleReadsWell(String pattern, String sample) {
    assertThat(sample(pattern)).isEqualTo(sample);
  }

  @ParameterizedTest
  @CsvSource({
    "abc|de|f, f",
    "b|a, b",
    "a|, ''",
    "(abcd|ef)g|hi, hi",
    "'(a{3}|bb)c', bbc",
    "'(a{2}){3}|bcdef', bcdef",
    "'(ab|c)d|efg', cd",
    "x*yz|w, w",
    "'(x|yz){2}|abc', xx",
    "^ab$|c, c"
  })
  void shortestBranchIsTaken(String pattern, String sample) {
    assertThat(sample(pattern)).isEqualTo(sample);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a^",
        "$a",
        "a$b",
        "[^\\x00-\\x{10FFFF}]",
        "a[^\\x00-\\x{10FFFF}]b",
        "\\bx",
        "(a$){2}",
        "a$(b|c)",
        "a(b^|cd^)"
      })
  void nothingIsShownWhereTheTreeShowsNothing(String pattern) {
    assertThat(sample(pattern)).isNull();
  }

  @Test
  void longTextsAreNoExamples() {
    assertThat(sample("a{150}")).isEqualTo("a".repeat(150));
    assertThat(sample("a{1000}")).isNull();
    assertThat(sample("(a{1000}){9}|b{3}")).isEqualTo("bbb");
    assertThat(sample("((a{1000}){1000}){1000}")).isNull();
  }
}
