package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds our automata against RE2/J, which shares no code with them. */
class RegexOracleTest {
  private static final List<String> SHORT = shortTexts();
  private static final String PIECES =
      "abAB/.1_- \nkK\u212As\u017F\u00E9\u00C9\u03C3\u03C2\u4E2D]^-{}";

  private static List<String> shortTexts() {
    List<String> texts = new ArrayList<>(List.of(""));
    for (int i = 0; texts.get(i).length() < 3; i++) {
      for (char c : new char[] {'a', 'b', '/', 'A'}) {
        texts.add(texts.get(i) + c);
      }
    }
    return texts;
  }

  @Provide
  Arbitrary<String> patterns() {
    Arbitrary<String> single =
        Arbitraries.of(
            "a",
            "b",
            "/",
            "A",
            "k",
            "s",
            "1",
            "_",
            ".",
            "\\.",
            "\\d",
            "\\w",
            "\\s",
            "\\D",
            "\\W",
            "\\S",
            "[ab]",
            "[^a]",
            "[a-c]",
            "[^a-z/]",
            "[]a]",
            "[^]b]",
            "[a-]",
            "[\\d_]",
            "[\\W]",
            "[[:alpha:]]",
            "[[:^digit:]b]",
            "[[:upper:]]",
            "\\x61",
            "\\x{62}",
            "\\141",
            "\\Qa.\\E",
            "(?i)",
            "(?s)",
            "(?-i)",
            "^",
            "$",
            "\\A",
            "\\z",
            "\\pL",
            "\\p{Lu}",
            "\\PL",
            "\\p{^Ll}",
            "[\\p{Greek}a]",
            "\\n",
            "\u4E2D",
            "{",
            "]",
            "a{,2}",
            "[k-s]",
            "\\p{Han}",
            "-",
            "[^\\x00-\\x{10FFFF}]",
            "\\b",
            "[a-z&&b]",
            "(?i-s)",
            "[[:word:]]",
            "\\_",
            "()");
    return Arbitraries.lazyOf(
        () -> single,
        () -> single,
        () -> Combinators.combine(patterns(), patterns()).as((x, y) -> x + y),
        () -> Combinators.combine(patterns(), patterns()).as((x, y) -> x + "|" + y),
        () ->
            Combinators.combine(
                    Arbitraries.of("(", "(?:", "(?i:", "(?s:", "(?P<n>", "(?i-s:", "(?-i:"),
                    patterns(),
                    Arbitraries.of("", "", "*", "+", "?", "{2}", "{1,3}", "{0,1}?", "*?", "{2,}"))
                .as((open, body, repeat) -> open + body + ")" + repeat),
        () ->
            Combinators.combine(single, Arbitraries.of("*", "+", "?", "{2}", "+?", "{0}"))
                .as((x, repeat) -> x + repeat));
  }

  @Property
  void automatonAgreesWithOracle(@ForAll("patterns") String pattern, @ForAll Random random) {
    PatternAtom atom = atom(pattern);
    if (atom.language().oracle() == null && atom.language().error() == null) {
      Statistics.label("kind").collect("left alone");
      return;
    }
    Pattern oracle = compile(pattern);
    if (oracle == null) {
      Statistics.label("kind").collect("illegal");
      assertThat(atom.language().error()).isNotNull();
      return;
    }
    boolean supported = atom.language().tree() != null;
    Statistics.label("kind").collect(supported ? "computed" : "unsupported");
    assertThat(atom.language().error()).isNull();
    if (supported) {
      agree(atom, oracle, SHORT);
      agree(atom, oracle, randomTexts(random));
      assertThat(atom.hint() == null || oracle.matches(atom.hint())).as(pattern).isTrue();
    }
    Statistics.label("kind")
        .coverage(checker -> checker.check("computed").percentage(p -> p > 60.0));
  }

  private static void agree(PatternAtom atom, Pattern oracle, List<String> texts) {
    for (String text : texts) {
      assertThat(atom.accepts(text))
          .as(() -> "<" + oracle.pattern() + "> on <" + text + ">")
          .isEqualTo(oracle.matches(text));
    }
  }

  @Property
  void differenceOfLanguagesIsExact(
      @ForAll("patterns") String narrow, @ForAll("patterns") String wide) {
    Pattern inside = compile(narrow);
    Pattern outside = compile(wide);
    RequestMatch first = Tables.match(m -> m.header("x", ValueMatch.regex(wide)));
    RequestMatch second = Tables.match(m -> m.header("x", ValueMatch.regex(narrow)));
    if (inside == null || outside == null) {
      return;
    }
    Coverage verdict = Tables.last(first, second);
    Statistics.label("verdict").collect(verdict.getClass().getSimpleName());
    if (verdict instanceof Coverage.Reachable reachable) {
      String value = reachable.witness().values(new Dimension(Dimension.Kind.HEADER, "x")).get(0);
      assertThat(inside.matches(value) && !outside.matches(value)).as(value).isTrue();
    }
    if (verdict instanceof Coverage.Covered || verdict instanceof Coverage.Empty) {
      assertThat(SHORT).noneMatch(text -> inside.matches(text) && !outside.matches(text));
    }
  }

  private static List<String> randomTexts(Random random) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(6); length >= 0; length--) {
        text.append(PIECES.charAt(random.nextInt(PIECES.length())));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static PatternAtom atom(String pattern) {
    return new PatternAtom(RegexLanguage.of(pattern, Tables.ample()), Tables.ample());
  }

  private static com.google.re2j.@org.jspecify.annotations.Nullable Pattern compile(
      String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      return null;
    }
  }

  @Test
  void foldingAgreesWithOracleOnAscii() {
    List<String> all = new ArrayList<>();
    for (int c = 0; c < 0x3000; c++) {
      all.add(Character.toString(c));
    }
    for (int c = ' '; c < 0x7F; c++) {
      String pattern = "(?i)\\Q" + (char) c;
      agree(atom(pattern), Pattern.compile(pattern), all);
    }
    agree(atom("(?i)[^a-s]"), Pattern.compile("(?i)[^a-s]"), all);
    agree(atom("(?i)\\W"), Pattern.compile("(?i)\\W"), all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i)\u1C80",
        "(?i)[\u1C7F-\u1C8F]",
        "(?i)\\x{1C85}",
        "a**(?i)\u1C80",
        "(?s-i:a)(?mi:\u1C81"
      })
  @Timeout(5)
  void foldingBeyondAsciiNeverReachesTheOracle(String pattern) {
    RegexLanguage language = RegexLanguage.of(pattern, Tables.ample());

    assertThat(language.tree()).isNull();
    assertThat(language.oracle()).isNull();
    assertThat(language.error()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "a**",
        "*",
        "a|*",
        "[a",
        "[z-a]",
        "a{2}{3}",
        "a{1001}",
        "(?z)",
        "(?=a)",
        "(?<!a)",
        "\\1",
        "\\8",
        "(?P=n)",
        "a++",
        "\\",
        "[[:foo:]]",
        "\\p{Nope}",
        "(?i",
        "a{3,2}",
        "(?P<>a)"
      })
  void illegalPatternsAreNamedAndNeverThrown(String pattern) {
    RegexLanguage language = RegexLanguage.of(pattern, Tables.ample());

    assertThat(language.error()).as(pattern).isNotNull();
    assertThat(language.tree()).as(pattern).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\bfoo", "foo\\B", "(?m)^a$", "a(?i)*", "a\\Q\\E*"})
  void legalPatternsWithoutAutomatonAreLeftToTheOracle(String pattern) {
    RegexLanguage language = RegexLanguage.of(pattern, Tables.ample());

    assertThat(language.error()).isNull();
    assertThat(language.tree()).isNull();
    assertThat(language.oracle()).isNotNull();
  }
}
