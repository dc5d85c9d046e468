package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextRunnerTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "A",
          "ab",
          "aB",
          "AB",
          "abc",
          "ABC",
          "b",
          "@",
          "[",
          "`",
          "{",
          "é",
          "É",
          "a@",
          "a[",
          "\uD83D\uDE00",
          "\uD83D\uDE00a",
          "K",
          "\u212A",
          "ſ");

  private static int walk(Runner runner, String text) {
    int state = runner.start();
    for (int c : text.codePoints().toArray()) {
      state = runner.step(state, c);
    }
    return state;
  }

  @Test
  void walkingATextIsComparingIt() {
    for (String text : TEXTS) {
      for (String value : TEXTS) {
        String what = "<" + text + "> on <" + value + ">";
        assertThat(accepts(new TextRunner(text, false, false), value))
            .as(what)
            .isEqualTo(value.equals(text));
        assertThat(accepts(new TextRunner(text, true, false), value))
            .as(what)
            .isEqualTo(value.startsWith(text));
        assertThat(accepts(new TextRunner(text, false, true), value))
            .as(what)
            .isEqualTo(lower(value).equals(lower(text)));
        assertThat(accepts(new TextRunner(text, true, true), value))
            .as(what)
            .isEqualTo(lower(value).startsWith(lower(text)));
        assertThat(value.length() >= text.length() && TextRunner.startsWithFolded(value, text))
            .as(what)
            .isEqualTo(lower(value).startsWith(lower(text)));
      }
    }
  }

  private static boolean accepts(Runner runner, String value) {
    return runner.accepts(walk(runner, value));
  }

  /** Envoy folds ASCII and nothing else. */
  private static String lower(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(c -> out.append(c.charAt(0) < 0x80 ? c.toLowerCase(Locale.ROOT) : c));
    return out.toString();
  }

  @Test
  void failureIsForGood() {
    TextRunner runner = new TextRunner("ab", true, false);
    int failed = walk(runner, "b");

    assertThat(failed).isEqualTo(Runner.FAIL);
    assertThat(runner.step(failed, 'a')).isEqualTo(Runner.FAIL);
    assertThat(walk(new TextRunner("ab", false, false), "abc")).isEqualTo(Runner.FAIL);
  }

  @Test
  void everythingAfterAPrefixIsAccepted() {
    TextRunner prefix = new TextRunner("ab", true, false);
    TextRunner exact = new TextRunner("ab", false, false);

    assertThat(prefix.acceptsAll(walk(prefix, "a"))).isFalse();
    assertThat(prefix.acceptsAll(walk(prefix, "ab"))).isTrue();
    assertThat(prefix.acceptsAll(walk(prefix, "abcd"))).isTrue();
    assertThat(exact.acceptsAll(walk(exact, "ab"))).isFalse();
    assertThat(TextRunner.ANY.acceptsAll(TextRunner.ANY.start())).isTrue();
  }

  /** Characters between two boundaries go the same way, and so do those of a class. */
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "zebra", "AZ", "@[`{", "a-9/~", "é\uD83D\uDE00k"})
  void boundariesAndClassesTellCharactersApart(String text) {
    for (boolean ignoreCase : new boolean[] {false, true}) {
      TextRunner runner = new TextRunner(text, false, ignoreCase);
      int[] boundaries = Arrays.stream(runner.boundaries()).sorted().toArray();
      Map<Integer, List<Integer>> stepsOfClass = new HashMap<>();
      List<Integer> before = List.of();
      for (int c = 0; c < 0x1F700; c++) {
        int character = c;
        List<Integer> steps =
            IntStream.rangeClosed(0, text.codePointCount(0, text.length()))
                .map(state -> runner.step(state, character))
                .boxed()
                .toList();
        if (c > 0 && Arrays.binarySearch(boundaries, c) < 0) {
          assertThat(steps).as("%s on %x", text, c).isEqualTo(before);
        }
        assertThat(stepsOfClass.computeIfAbsent(runner.classOf(c), key -> steps))
            .as("%s on %x", text, c)
            .isEqualTo(steps);
        before = steps;
      }
    }
  }

  @Test
  void everyAsciiLetterIsSwapped() {
    assertThat(TextRunner.swapCase("/aZ-Az@[`{é1")).isEqualTo("/Az-aZ@[`{é1");
    assertThat(TextRunner.swapCase("/1-2")).isEqualTo("/1-2");
  }
}
