package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form of RE2's syntax is read, and means what it means to RE2/J. */
class RegexParserTest {
  private static final List<String> TEXTS = texts();

  private static List<String> texts() {
    List<String> texts = new ArrayList<>();
    IntStream.range(0, 0x300).mapToObj(Character::toString).forEach(texts::add);
    for (int c : new int[] {0x17F, 0x212A, 0x4E2D, 0x2028, 0x1F600, 0x10FFFF}) {
      texts.add(Character.toString(c));
    }
    for (int length = 0; length < 14; length++) {
      texts.add("a".repeat(length));
      texts.add("ab".repeat(length));
    }
    texts.addAll(
        List.of(
            "a8", "a1", "A8", "aA", "Aa", "AB", "aB", "a{", "a{}", "a{,2}", "a{2", "a{2,", "a{x}",
            "a{2,x}", "a{2}", "aab", "abb", "b", "c", "a\n", "\na", "\n\n", "xay", "a.b", "a\\Eb",
            "a-", "-]", "a]", "]", "[:a:]", "[", ":", "é1", "\0008", "?", "a?", "aa?", "n>a"));
    return texts;
  }

  private static void agrees(String pattern) {
    Budget budget = Tables.ample();
    LazyDfa automaton = new LazyDfa(new Nfa(RegexParser.parse(pattern)), budget);
    Pattern oracle = Pattern.compile(pattern);
    for (String text : TEXTS) {
      int state = automaton.start();
      for (int c : text.codePoints().toArray()) {
        state = automaton.step(state, c);
      }
      assertThat(automaton.accepts(state))
          .as(() -> "<" + pattern + "> on <" + text + ">")
          .isEqualTo(oracle.matches(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\a",
        "\\f",
        "\\n",
        "\\r",
        "\\t",
        "\\v",
        "\\0",
        "\\07",
        "\\012",
        "\\0101",
        "\\08",
        "\\101",
        "\\141",
        "\\1411",
        "\\12",
        "\\177",
        "\\75",
        "\\018",
        "\\x41",
        "\\x7e",
        "\\xE9",
        "\\x{e9}",
        "\\x{1F600}",
        "\\x{10FFFF}",
        "\\x{0000041}",
        "\\x{4e2d}",
        "\\.",
        "\\\\",
        "\\/",
        "\\-",
        "\\_",
        "\\@",
        "\\`",
        "\\~",
        "\\ ",
        "\\!",
        "\\:",
        "\\[",
        "\\{",
        "\\}",
        "\\\"",
        "a\\Q.\\Eb",
        "\\Qa.b",
        "\\Q\\E",
        "a\\x62",
        "\\x61\\x62"
      })
  void escapesAreRead(String pattern) {
    agrees(pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\d",
        "\\D",
        "\\s",
        "\\S",
        "\\w",
        "\\W",
        ".",
        "(?s).",
        "(?-s).",
        "[a-c]",
        "[^a-c]",
        "[a]",
        "[]a]",
        "[^]a]",
        "[a-]",
        "[-a]",
        "[a\\-c]",
        "[\\x41-\\x43]",
        "[\\101-C]",
        "[\\n-\\r]",
        "[a-\\x7a]",
        "[\\d-z]",
        "[\\W\\d]",
        "[^\\W_]",
        "[\\]-a]",
        "[[]",
        "[:a]",
        "[[:a]",
        "[.]",
        "[^\\n]",
        "[é-ü]",
        "[\\pL1]",
        "[\\PL]",
        "[^\\p{Lu}\\d]",
        "[^[:alpha:]é]",
        "[[:alpha:][:digit:]]",
        "[[:^alpha:]]",
        "[^[:^alpha:]]",
        "[a[:digit:]b]"
      })
  void classesAreRead(String pattern) {
    agrees(pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
        "space", "upper", "word", "xdigit"
      })
  void namedClassesAreRead(String name) {
    agrees("[[:" + name + ":]]");
    agrees("[[:^" + name + ":]]");
    agrees("[^[:" + name + ":]é]");
    agrees("(?i)[[:" + name + ":]]");
    agrees("(?i)[[:^" + name + ":]]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\pL",
        "\\PL",
        "\\p{L}",
        "\\P{L}",
        "\\p{^L}",
        "\\P{^L}",
        "\\p{^Lu}",
        "\\pN1",
        "\\p{Greek}",
        "\\p{Any}",
        "\\P{Any}|a",
        "\\pZ"
      })
  void unicodeClassesAreRead(String pattern) {
    agrees(pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a*",
        "a+",
        "a?",
        "a*?",
        "a+?",
        "a??",
        "a{2}",
        "a{2}?",
        "a{0}",
        "a{1}",
        "a{2,}",
        "a{0,}",
        "a{2,4}",
        "a{0,1}",
        "a{3,3}",
        "a{10}",
        "a{12,13}",
        "(ab){9,11}",
        "a{,2}",
        "a{",
        "a{}",
        "a{2",
        "a{2,",
        "a{x}",
        "a{2,x}",
        "a{2x}",
        "{",
        "}",
        "{a}",
        "(a|b){2}",
        "(a?){3}",
        "(a*)+",
        "(?:a+b?)*",
        "()*a",
        "a{2}b"
      })
  void repetitionsAreRead(String pattern) {
    agrees(pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a)",
        "(?:a)",
        "(?P<n>a)",
        "(a|b)c?",
        "a|",
        "|a",
        "()",
        "(|a)b",
        "(?i)a",
        "(?i:a)b",
        "(?i)a(?-i)b",
        "((?i)a)b",
        "(a(?i)b|c)a",
        "(?is)a.",
        "(?s:.)a",
        "(?s-i:.)a",
        "(?i-s)a.?",
        "(?U)a+",
        "(?Ui)a+b",
        "(?-i)a",
        "(?i)a(?-i:b)",
        "(?i)1",
        "(?i)\\Qab",
        "(?i)[a-c]",
        "(?i)[^a-c]",
        "(?i)[k-s]",
        "(?i)\\w",
        "(?i)\\W",
        "(?i)\\x41",
        "(?i)中",
        "^a",
        "a$",
        "^a$",
        "\\Aa\\z",
        "^",
        "$",
        "^$",
        "(^a|b)$",
        "a^",
        "$a",
        "(^)*a",
        "(a$)+",
        "^^a$$",
        "(?i)^a$"
      })
  void groupsFlagsAndAnchorsAreRead(String pattern) {
    agrees(pattern);
  }

  @Test
  void repetitionsAreCountedUpToAThousand() {
    for (String pattern : List.of("a{1000}", "a{0,1000}", "a{1000,}", "a{999,1000}")) {
      Pattern oracle = Pattern.compile(pattern);
      LazyDfa automaton = new LazyDfa(new Nfa(RegexParser.parse(pattern)), Tables.ample());
      int state = automaton.start();
      for (int length = 0; length < 1003; length++) {
        assertThat(automaton.accepts(state))
            .as("%s on %s letters", pattern, length)
            .isEqualTo(oracle.matches("a".repeat(length)));
        state = automaton.step(state, 'a');
      }
    }
  }

  @Test
  void deepGroupsAreLeftAloneAndManyAreNot() {
    assertThatNoException()
        .isThrownBy(() -> RegexParser.parse("(".repeat(100) + "a" + ")".repeat(100)));
    notUnderstood("(".repeat(101) + "a" + ")".repeat(101));
    assertThatNoException().isThrownBy(() -> RegexParser.parse("(a)".repeat(500)));
    assertThatNoException().isThrownBy(() -> RegexParser.parse("(?i)".repeat(500)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "a)",
        "(a",
        "*",
        "+a",
        "?",
        "a|*",
        "(*)",
        "a**",
        "a+*",
        "a?+",
        "a*??",
        "a{2}*",
        "(?i)*",
        "a{1001}",
        "a{0,1001}",
        "a{1001,}",
        "a{3,2}",
        "a{99999999999}",
        "[",
        "[a",
        "[]",
        "[^]",
        "[z-a]",
        "[a-\\d]",
        "[[:foo:]]",
        "[[:^foo:]]",
        "(?",
        "(?)a(",
        "(?i",
        "(?z)",
        "(?--i)",
        "(?i-s-m)",
        "(?P<>a)",
        "(?P<n",
        "(?P=n)",
        "(?=a)",
        "\\",
        "a\\",
        "\\1",
        "\\18",
        "\\8",
        "\\9",
        "\\y",
        "\\é",
        "\\x",
        "\\x4",
        "\\xg1",
        "\\x4g",
        "\\x{",
        "\\x{4g}",
        "\\x{110000}",
        "\\x{}",
        "\\x{４１}",
        "\\p",
        "\\p{",
        "\\p{Nope}",
        "\\pX",
        "\\p{}",
        "[\\y]",
        "[a-\\y]"
      })
  void whatIsNoSyntaxIsNotUnderstood(String pattern) {
    notUnderstood(pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(?i)é", "(?i)[a-é]", "(?i)\\x{e9}", "(?i)\\pL", "(?i)[é]", "(?i)\\x{378}"})
  void caseBeyondAsciiIsNotUnderstood(String pattern) {
    notUnderstood(pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\b",
        "a\\Bb",
        "\\C",
        "(?m)^a",
        "(?m)a$",
        "(a|\\b)",
        "(\\b)*",
        "(?m:^)|a",
        "(?im)a(?i:$)"
      })
  void whatIsNoLanguageOfItsOwnIsMarked(String pattern) {
    assertThat(RegexParser.parse(pattern).supported()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(?m)a", "(?m:a)^b", "(?m-m)^a$", "((?m)a)$", "(?m)\\Aa\\z", "\\Q\\b"})
  void flagsOfLinesMatterToAnchorsOnly(String pattern) {
    assertThat(RegexParser.parse(pattern).supported()).isTrue();
    agrees(pattern);
  }

  private static void notUnderstood(String pattern) {
    assertThatExceptionOfType(RegexParser.NotUnderstood.class)
        .as(pattern)
        .isThrownBy(() -> RegexParser.parse(pattern));
  }
}
