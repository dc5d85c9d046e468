package io.meshguard.match;

import static io.meshguard.match.Tables.any;
import static io.meshguard.match.Tables.exact;
import static io.meshguard.match.Tables.match;
import static io.meshguard.match.Tables.prefix;
import static io.meshguard.match.Tables.regex;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matches that would take hours end in time. */
class PathologicalMatchesTest {
  /** Far above the 100 ms that are given, for machines that are busy with other things. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  static Stream<Named<List<RequestMatch>>> pathological() {
    return Stream.of(
        Named.of("nested stars", List.of(regex("/(a*)*b"), regex("/((a*)*)*"), prefix("/aaa"))),
        Named.of("repeats", List.of(regex("/(a|aa){1,1000}"), regex("/(a|aa){1,999}b?"), any())),
        Named.of(
            "exponential subsets",
            List.of(
                regex("/.*a.{18}"), regex("/.*[^a].{18}"), regex("/.{0,18}"), regex("/.*b.{17}"))),
        Named.of("deep groups", List.of(regex("/" + "(".repeat(3000) + ")".repeat(3000)), any())),
        Named.of("nested repeats", List.of(regex("/((a{100}){100}){100}"), regex("/(a{1000}){9}"))),
        Named.of("long pattern", List.of(regex("/" + "(a|b)?".repeat(50_000)), prefix("/b"))),
        Named.of("long path", List.of(prefix("/" + "a".repeat(200_000)), regex("/a*"), any())),
        Named.of("Unicode", List.of(regex("/(\\pL|\\pN|\\p{Han}){1,60}x"), regex("/\\PL{1,60}"))),
        Named.of("overlapping patterns", overlapping()),
        Named.of("large patterns", numbered(300, i -> regex("/[a-z]{900}(x|y){" + i + "}"))),
        Named.of("same headers", List.of(headers(1000, ""), headers(1000, ""), headers(999, ""))),
        Named.of("other headers", numbered(60, i -> headers(1000, "" + i))),
        Named.of("one header each", numbered(1000, i -> header(i, i % 2 == 0))),
        Named.of("hard to satisfy", satisfiability()),
        Named.of("nested prefixes", numbered(700, i -> prefix("/" + "a".repeat(3000 - i)))),
        Named.of("many exact paths", numbered(5000, i -> exact("/" + i))));
  }

  private interface Maker {
    RequestMatch make(int i);
  }

  private static List<RequestMatch> numbered(int count, Maker maker) {
    List<RequestMatch> all =
        new ArrayList<>(IntStream.range(0, count).mapToObj(maker::make).toList());
    all.add(any());
    return all;
  }

  private static RequestMatch headers(int count, String value) {
    return match(
        m -> {
          for (int i = 0; i < count; i++) {
            m.header("h" + i, value.isEmpty() ? ValueMatch.present() : ValueMatch.prefix(value));
          }
          return m;
        });
  }

  private static RequestMatch header(int i, boolean present) {
    return match(
        m ->
            present
                ? m.header("h" + i, ValueMatch.present())
                : m.withoutHeader("h" + i, ValueMatch.present()));
  }

  static List<RequestMatch> overlapping() {
    return numbered(500, i -> regex("/[a-z]*" + Integer.toString(i, 36) + "[a-z0-9/]*.*x?"));
  }

  /** Random clauses of three headers each, present or absent, near the threshold. */
  private static List<RequestMatch> satisfiability() {
    Random random = new Random(7);
    List<RequestMatch> clauses = new ArrayList<>();
    for (int i = 0; i < 430; i++) {
      clauses.add(
          match(
              m -> {
                for (int j = 0; j < 3; j++) {
                  String name = "h" + random.nextInt(100);
                  m =
                      random.nextBoolean()
                          ? m.header(name, ValueMatch.present())
                          : m.withoutHeader(name, ValueMatch.present());
                }
                return m;
              }));
    }
    clauses.add(any());
    return clauses;
  }

  @ParameterizedTest
  @MethodSource("pathological")
  void pathologicalMatchesStayInBudget(List<RequestMatch> matches) {
    long start = System.nanoTime();
    Budget budget = Budget.forReview(() -> System.nanoTime() - start > 100_000_000);

    List<Coverage> verdicts = new Analysis(matches, Tables.AUTHORITY, budget).judge();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
    assertThat(verdicts).hasSameSizeAs(matches).doesNotContainNull();
  }
}
