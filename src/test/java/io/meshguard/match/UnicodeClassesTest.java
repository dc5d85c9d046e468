package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.Character.UnicodeScript;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnicodeClassesTest {
  /** Every character once; surrogates are none. */
  private static final String ALL =
      IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
          .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Me", "Mc", "N", "Nd", "Nl", "No", "Z", "Zs",
        "Zl", "Zp", "Cc", "Cf", "P", "Pd", "Ps", "Pe", "Pc", "Po", "Pi", "Pf", "S", "Sm", "Sc",
        "Sk", "So"
      })
  void categoriesAreThoseOfTheJvm(String name) {
    assertThat(members(name))
        .isEqualTo(
            Pattern.compile("\\p{" + name + "}+")
                .matcher(ALL)
                .results()
                .flatMapToInt(run -> run.group().codePoints())
                .toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "Latin, LATIN",
    "Greek, GREEK",
    "Cyrillic, CYRILLIC",
    "Han, HAN",
    "Common, COMMON",
    "Old_Italic, OLD_ITALIC",
    "Canadian_Aboriginal, CANADIAN_ABORIGINAL"
  })
  void scriptsGoByTheNamesOfRe2(String name, UnicodeScript script) {
    assertThat(members(name)).isEqualTo(all(c -> UnicodeScript.of(c) == script));
    assertThat(com.google.re2j.Pattern.matches("\\p{" + name + "}", first(name))).isTrue();
  }

  @Test
  void anyIsEverything() {
    assertThat(UnicodeClasses.find("Any")).isEqualTo(CharSet.ANY);
  }

  /** Those that RE2 has and the JVM has not are left to RE2/J. */
  @ParameterizedTest
  @ValueSource(strings = {"", "l", "lu", "LATIN", "latin", "Lx", "Cn", "C", "Co", "Unknown"})
  void otherNamesAreUnknown(String name) {
    assertThat(UnicodeClasses.find(name)).isNull();
  }

  private static String first(String name) {
    return Character.toString(members(name)[0]);
  }

  private static int[] members(String name) {
    CharSet set = UnicodeClasses.find(name);
    assertThat(set).isNotNull();
    int[] ranges = set == null ? new int[0] : set.ranges();
    return IntStream.range(0, ranges.length / 2)
        .flatMap(i -> IntStream.rangeClosed(ranges[2 * i], ranges[2 * i + 1]))
        .toArray();
  }

  private static int[] all(IntPredicate test) {
    return IntStream.rangeClosed(0, Character.MAX_CODE_POINT).filter(test).toArray();
  }
}
