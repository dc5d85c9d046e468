package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadabilityTest {

  @Test
  void lettersComeFirstThenDigitsThenCapitalsThenMarks() {
    String ascii =
        IntStream.range(0, 0x100)
            .boxed()
            .sorted(Comparator.comparing(Readability::rank))
            .map(Character::toString)
            .collect(Collectors.joining());

    assertThat(ascii)
        .startsWith("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./~!\"#$")
        .containsSubsequence("@", "}", " ", "\u00A1", "\u00FF", "\0", "\n", "\u007F", "\u00A0");
  }

  @Test
  void noTwoCharactersAreAlike() {
    IntStream ranks = IntStream.rangeClosed(0, Character.MAX_CODE_POINT).map(Readability::rank);

    assertThat(ranks.distinct().count()).isEqualTo(Character.MAX_CODE_POINT + 1);
  }

  @Test
  void bestIsWhatRanksBestBetweenTheTwo() {
    int[] edges = {
      0, 1, 0x1F, ' ', '!', '-', '/', '0', '9', ':', 'A', 'Z', '_', 'a', 'b', 'z', '{', '~', 0x7F,
      0x80, 0x9F, 0xA0, 0xA1, 0xA2, 0x200
    };
    for (int low : edges) {
      for (int high : edges) {
        if (low <= high) {
          int best =
              IntStream.rangeClosed(low, high)
                  .boxed()
                  .min(Comparator.comparing(Readability::rank))
                  .orElseThrow();
          assertThat(Readability.best(low, high)).as("%x to %x", low, high).isEqualTo(best);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4E00, 9FFF, 4E00",
    "80, 10FFFF, A1",
    "0, 10FFFF, 61",
    "10000, 10FFFF, 10000",
    "7B, 10FFFF, 7E"
  })
  void bestIsFoundInWideRanges(String low, String high, String best) {
    assertThat(Readability.best(hex(low), hex(high))).isEqualTo(hex(best));
  }

  private static int hex(String text) {
    return Integer.parseInt(text, 16);
  }
}
