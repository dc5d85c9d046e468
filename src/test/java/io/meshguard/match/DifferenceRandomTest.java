package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.match.Difference.Move;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/**
 * Compares two random lists and sends random requests through both: whatever changes hands must
 * have been found, and whatever was found must change hands. Each try is a pair of lists and fifty
 * requests.
 */
class DifferenceRandomTest {

  private static final RequestMatch ALL = RequestMatch.builder().build();
  private static final int REQUESTS = 50;

  @Property(shrinking = ShrinkingMode.OFF, tries = 1_000)
  void everyMoveIsFoundAndIsOne(@ForAll Random random, @ForAll boolean patterns) {
    RandomMatches matches = new RandomMatches(random, patterns);
    List<SpecMatch> before = matches.list();
    List<SpecMatch> after = random.nextBoolean() ? edited(before, matches, random) : matches.list();
    int outcomes = 2 + random.nextInt(3);
    BiPredicate<Integer, Integer> same =
        (i, j) -> outcome(i, before, outcomes).equals(outcome(j, after, outcomes));
    Difference found =
        Difference.of(requests(before), requests(after), ALL, same, "z", Tables.ample());

    assertThat(found.cutShort()).isFalse();
    BruteForce old = new BruteForce(before);
    BruteForce now = new BruteForce(after);
    Set<List<Integer>> pairs = new HashSet<>();
    for (Move move : found.moves()) {
      assertThat(move.certain()).isTrue();
      Request request = move.request().orElseThrow();
      assertThat(taker(old, request, before)).as("%s", request).isEqualTo(move.before());
      assertThat(taker(now, request, after)).as("%s", request).isEqualTo(move.after());
      assertThat(same.test(move.before(), move.after())).isFalse();
      assertThat(pairs.add(List.of(move.before(), move.after()))).isTrue();
    }
    for (int n = 0; n < REQUESTS; n++) {
      Request request = request(random);
      int i = taker(old, request, before);
      int j = taker(now, request, after);
      boolean neither = i == before.size() && j == after.size();
      boolean moves = !neither && !same.test(i, j);
      Statistics.label("request").collect(moves ? "moves" : "stays");
      assertThat(pairs.contains(List.of(i, j)) || !moves)
          .as("%s from %s to %s in %s and %s", request, i, j, before, after)
          .isTrue();
    }
  }

  private static String outcome(int i, List<SpecMatch> list, int outcomes) {
    return i == list.size() ? "none" : "o" + list.get(i).hashCode() % outcomes;
  }

  private static int taker(BruteForce list, Request request, List<SpecMatch> matches) {
    int taker = list.firstTaker(request);
    return taker < 0 ? matches.size() : taker;
  }

  private static List<RequestMatch> requests(List<SpecMatch> list) {
    return list.stream().map(SpecMatch::toRequestMatch).toList();
  }

  private static List<SpecMatch> edited(
      List<SpecMatch> list, RandomMatches matches, Random random) {
    List<SpecMatch> edited = new ArrayList<>(list);
    SpecMatch other = matches.list().get(0);
    int at = random.nextInt(edited.size());
    switch (random.nextInt(4)) {
      case 0 -> edited.add(at, other);
      case 1 -> edited.set(at, other);
      case 2 -> edited.remove(at);
      default -> edited.add(edited.remove(at));
    }
    return edited;
  }

  private static Request request(Random random) {
    Map<String, List<String>> headers = new HashMap<>();
    for (String name : List.of("x", "y")) {
      List<String> values = new ArrayList<>();
      while (random.nextBoolean()) {
        values.add(one(random, "", "a", "ab", "b", "z", "aa"));
      }
      if (!values.isEmpty()) {
        headers.put(name, values);
      }
    }
    Map<String, String> labels = new HashMap<>();
    maybe(random, "a", "b", "z").ifPresent(value -> labels.put("app", value));
    maybe(random, "a", "b", "z").ifPresent(value -> labels.put("tier", value));
    Map<String, String> query = new HashMap<>();
    maybe(random, "", "a", "ab", "b").ifPresent(value -> query.put("q", value));
    return new Request(
        one(random, "GET", "POST", "P", "PUT"),
        one(random, "/", "/a", "/ab", "/b", "/A", "/aB", "/az", "/abb", "/z", "/a/", "/bz"),
        one(random, "a", "ab", "b", "z", "abz"),
        one(random, "http", "https"),
        headers,
        query,
        one(random, 80, 8080, 9),
        labels,
        one(random, "x", "y", "z"),
        one(random, "mesh", "mesh", "gw", "other"));
  }

  private static Optional<String> maybe(Random random, String... values) {
    return random.nextBoolean() ? Optional.of(one(random, values)) : Optional.empty();
  }

  @SafeVarargs
  private static <T> T one(Random random, T... values) {
    return values[random.nextInt(values.length)];
  }
}
