package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

/**
 * A match is written as the headers it asks for: a capital letter must be there, a small one must
 * not. The requests of a few headers can all be gone through.
 */
class SmallestCoverTest {
  private static final String HEADERS = "abcd";

  private static RequestMatch match(String headers) {
    RequestMatch.Builder builder = RequestMatch.builder();
    for (int header : headers.chars().toArray()) {
      if (Character.isUpperCase(header)) {
        builder.header(Character.toString(header), ValueMatch.present());
      } else {
        builder.withoutHeader(Character.toString(header), ValueMatch.present());
      }
    }
    return builder.build();
  }

  /** Returns, one bit for each combination of headers, the requests that a match takes. */
  private static int taken(String headers) {
    int requests = 0;
    for (int request = 0; request < 1 << HEADERS.length(); request++) {
      boolean meets = true;
      for (int header : headers.chars().toArray()) {
        boolean there = (request >> (Character.toLowerCase(header) - 'a') & 1) == 1;
        meets &= there == Character.isUpperCase(header);
      }
      requests |= meets ? 1 << request : 0;
    }
    return requests;
  }

  private static String randomMatch(Random random) {
    StringBuilder headers = new StringBuilder();
    for (int header : HEADERS.chars().toArray()) {
      switch (random.nextInt(4)) {
        case 0 -> headers.appendCodePoint(header);
        case 1 -> headers.appendCodePoint(Character.toUpperCase(header));
        default -> {
          // the match does not look at it
        }
      }
    }
    return headers.toString();
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void coversAreNoLargerThanTheSmallestThatThereIs(@ForAll Random random) {
    for (int n = 0; n < 10; n++) {
      List<String> list = new ArrayList<>();
      for (int i = random.nextInt(9); i >= 0; i--) {
        list.add(randomMatch(random));
      }
      list.add("");
      List<Coverage> verdicts =
          new Analysis(
                  list.stream().map(SmallestCoverTest::match).toList(),
                  Tables.AUTHORITY,
                  Tables.ample())
              .judge();

      List<Integer> live = new ArrayList<>();
      int seen = 0;
      for (int i = 0; i < list.size(); i++) {
        int own = taken(list.get(i));
        if ((own & ~seen) != 0) {
          assertThat(verdicts.get(i))
              .as("%s in %s", i, list)
              .isInstanceOf(Coverage.Reachable.class);
          live.add(i);
        } else {
          assertThat(verdicts.get(i)).as("%s in %s", i, list).isInstanceOf(Coverage.Covered.class);
          List<Integer> by = ((Coverage.Covered) verdicts.get(i)).by();
          Statistics.label("size").collect(by.size());
          assertThat(by).as("%s in %s", i, list).isSubsetOf(live).isSorted();
          assertThat(own & ~together(list, by)).as("%s in %s", i, list).isZero();
          assertThat(by).as("%s in %s", i, list).hasSize(smallest(list, live, own));
        }
        seen |= own;
      }
    }
  }

  /** What was needed first to see that nothing is left are four, none of them needless. */
  @Test
  void othersThanThoseFoundFirstAreNamedWhereTheyAreFewer() {
    List<RequestMatch> list =
        Stream.of("AD", "D", "C", "a", "cd", "").map(SmallestCoverTest::match).toList();

    List<Coverage> verdicts = new Analysis(list, Tables.AUTHORITY, Tables.ample()).judge();

    assertThat(verdicts.get(5))
        .isInstanceOfSatisfying(
            Coverage.Covered.class, covered -> assertThat(covered.by()).containsExactly(1, 2, 4));
  }

  private static int together(List<String> list, List<Integer> indices) {
    return indices.stream().mapToInt(i -> taken(list.get(i))).reduce(0, (x, y) -> x | y);
  }

  private static int smallest(List<String> list, List<Integer> live, int toTake) {
    int smallest = Integer.MAX_VALUE;
    for (int set = 0; set < 1 << live.size(); set++) {
      int chosen = set;
      List<Integer> members =
          IntStream.range(0, live.size())
              .filter(i -> (chosen >> i & 1) == 1)
              .mapToObj(live::get)
              .toList();
      if ((toTake & ~together(list, members)) == 0) {
        smallest = Math.min(smallest, members.size());
      }
    }
    return smallest;
  }

  /** Matches of which some are known to take every request. */
  private static final class Cover {
    private final Budget budget;
    private final Space space;
    private final Solver solver;
    private final List<Entry> entries = new ArrayList<>();

    Cover(Budget budget, List<String> matches) {
      this.budget = budget;
      space = new Space(Tables.AUTHORITY, budget);
      solver = new Solver(budget);
      for (int i = 0; i < matches.size(); i++) {
        entries.add(Entry.of(i, match(matches.get(i)), space, solver));
      }
    }

    Cover(String... matches) {
      this(Tables.ample(), List.of(matches));
    }

    /** Returns what is made of a cover by the first so many matches. */
    List<Integer> shrink(int known) {
      Box everything = Box.all();
      Subtraction subtraction = new Subtraction(space, solver, budget);
      return new SmallestCover(everything, entries, entries.subList(0, known), subtraction, space)
          .find().stream().map(Entry::index).toList();
    }
  }

  @Test
  void needlessMatchesAreLeftOut() {
    assertThat(new Cover("A", "B", "a").shrink(3)).containsExactly(0, 2);
    assertThat(new Cover("A", "a", "B", "b").shrink(4)).hasSize(2);
    assertThat(new Cover("A", "", "a").shrink(3)).containsExactly(1);
  }

  @Test
  void coverThatIsSmallestStays() {
    assertThat(new Cover("A", "a").shrink(2)).containsExactly(0, 1);
    assertThat(new Cover("AB", "Ab", "aB", "ab").shrink(4)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void otherMatchesTakeThePlaceOfMore() {
    assertThat(new Cover("AB", "Ab", "a", "A").shrink(3)).containsExactly(2, 3);
    assertThat(new Cover("AB", "Ab", "aB", "ab", "A", "a").shrink(4)).containsExactly(4, 5);
    assertThat(new Cover("AB", "Ab", "aB", "ab", "a").shrink(4)).containsExactly(0, 1, 4);
    assertThat(new Cover("ABC", "ABc", "Ab", "aB", "ab", "a", "AB").shrink(5))
        .containsExactly(2, 5, 6);
  }

  @Test
  void amongVeryManyOnlyNeedlessOnesAreLookedFor() {
    List<String> matches = new ArrayList<>(List.of("AB", "Ab", "aB", "ab", "A"));
    for (char header = 'D'; header <= 'Z'; header++) {
      matches.add(Character.toString(header));
      matches.add("A" + header);
    }
    Budget budget = Tables.ample();
    Cover cover = new Cover(budget, matches);
    long before = budget.spent();

    List<Integer> found = cover.shrink(5);

    assertThat(together(matches, found)).isEqualTo(taken(""));
    assertThat(found).hasSizeLessThan(5);
    assertThat(budget.spent() - before).isLessThan(10_000);
  }

  @Test
  void searchIsGivenUpWhereItTakesTooLong() {
    List<String> matches = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      StringBuilder headers = new StringBuilder();
      for (int header = 0; header < 4; header++) {
        headers.append((char) ((i >> header & 1) == 1 ? 'A' + header : 'a' + header));
      }
      matches.add(headers.toString());
    }
    matches.addAll(List.of("ABC", "abc", "BCD", "bcd", "ACD", "acd", "ABD", "abd"));
    Budget budget = Tables.ample();

    List<Integer> found = new Cover(budget, matches).shrink(16);

    assertThat(together(matches, found)).isEqualTo(taken(""));
    assertThat(budget.spent()).isLessThan(3_000_000);
  }

  @Test
  void coverIsKeptWhereTheBudgetEnds() {
    AtomicBoolean expired = new AtomicBoolean();
    Budget budget = new Budget(1L << 40, 1L << 40, expired::get);
    Cover cover = new Cover(budget, List.of("A", "B", "a"));
    expired.set(true);
    assertThatExceptionOfType(Budget.BudgetExhausted.class)
        .isThrownBy(() -> budget.charge(1L << 20));

    assertThat(cover.shrink(3)).containsExactly(0, 1, 2);
  }
}
