package io.meshguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "prod,      prod,     true",
    "prod,      prod-1,   false",
    "prod,      produce,  false",
    "prod-*,    prod-,    true",
    "prod-*,    prod-eu1, true",
    "prod-*,    prod,     false",
    "*,         '',       true",
    "*,         anything, true",
    "**,        x,        true",
    "?,         x,        true",
    "?,         '',       false",
    "?,         xy,       false",
    "p?od,      prod,     true",
    "*-eu,      prod-eu,  true",
    "*-eu,      prod-eu2, false",
    "a*b*c,     aXbYbZc,  true",
    "a*b*c,     aXc,      false",
    "*ab,       aab,      true",
    "a.c,       abc,      false",
    "'[ab]',    a,        false",
    "'',        '',       true",
    "'',        x,        false",
    "x*?,       x,        false",
    "x*?,       xy,       true",
  })
  void matchesWholeTexts(String pattern, String text, boolean matches) {
    assertThat(new Glob(pattern).matches(text)).isEqualTo(matches);
  }

  @Test
  void doesNotBacktrackWithoutEnd() {
    Glob hard = new Glob("*a".repeat(250) + "b");
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(2), () -> assertThat(hard.matches("a".repeat(5_000))).isFalse());
  }
}
