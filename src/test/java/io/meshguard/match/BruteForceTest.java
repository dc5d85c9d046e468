package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.logic.Ternary;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * Compares verdicts with brute force. A try is five lists of matches, so that jqwik's default of
 * 1,000 tries ({@code -Djqwik.tries.default}) makes 10,000 lists in all.
 */
class BruteForceTest {
  private static final int LISTS = 5;

  @Property(shrinking = ShrinkingMode.OFF)
  void plainVerdictsAreExact(@ForAll Random random) {
    for (int n = 0; n < LISTS; n++) {
      List<SpecMatch> list = new RandomMatches(random, false).list();
      BruteForce brute = new BruteForce(list);
      List<Coverage> verdicts = judge(list);
      for (int i = 0; i < list.size(); i++) {
        Coverage verdict = verdicts.get(i);
        Statistics.label("plain").collect(verdict.getClass().getSimpleName());
        check(list, brute, i, verdict);
        if (verdict instanceof Coverage.Reachable) {
          assertThat(brute.reached(i)).as("%s in %s", i, list).isTrue();
        } else if (verdict instanceof Coverage.Covered covered) {
          assertThat(covered.by()).as("%s in %s", i, list).hasSize(brute.smallestCover(i));
          assertThat(brute.met(i)).isTrue();
        } else {
          assertThat(verdict).as("%s in %s", i, list).isInstanceOf(Coverage.Empty.class);
        }
      }
    }
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void verdictsOnPatternsAreTrue(@ForAll Random random) {
    for (int n = 0; n < LISTS; n++) {
      List<SpecMatch> list = new RandomMatches(random, true).list();
      BruteForce brute = new BruteForce(list);
      List<Coverage> verdicts = judge(list);
      for (int i = 0; i < list.size(); i++) {
        Statistics.label("patterns").collect(verdicts.get(i).getClass().getSimpleName());
        assertThat(verdicts.get(i)).isNotInstanceOf(Coverage.Unknown.class);
        check(list, brute, i, verdicts.get(i));
      }
    }
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void pairsAreToldApart(@ForAll Random random, @ForAll boolean patterns) {
    List<SpecMatch> list = new RandomMatches(random, patterns).list();
    BruteForce brute = new BruteForce(list);
    Analysis analysis = analysis(list);
    for (int one = 0; one < list.size(); one++) {
      for (int other = 0; other < list.size(); other++) {
        Ternary disjoint = analysis.disjoint(one, other);
        Ternary covers = analysis.covers(one, other);
        assertThat(disjoint).isNotEqualTo(Ternary.UNKNOWN);
        assertThat(covers).isNotEqualTo(Ternary.UNKNOWN);
        if (!patterns || disjoint == Ternary.TRUE) {
          assertThat(brute.meet(one, other)).isEqualTo(disjoint == Ternary.FALSE);
        }
        if (!patterns || covers == Ternary.TRUE) {
          assertThat(brute.covers(one, other)).isEqualTo(covers == Ternary.TRUE);
        }
        if (analysis.sample(List.of(one), List.of(other)) instanceof Sample.Found found) {
          assertThat(brute.takes(list.get(one), found.request())).isTrue();
          assertThat(brute.takes(list.get(other), found.request())).isFalse();
        }
      }
    }
  }

  private static List<Coverage> judge(List<SpecMatch> list) {
    return analysis(list).judge();
  }

  private static Analysis analysis(List<SpecMatch> list) {
    List<RequestMatch> matches = list.stream().map(SpecMatch::toRequestMatch).toList();
    return new Analysis(matches, "z", Tables.ample());
  }

  /** No false alarm, and every witness does what it says. */
  private static void check(List<SpecMatch> list, BruteForce brute, int i, Coverage verdict) {
    if (verdict instanceof Coverage.Reachable reachable) {
      assertThat(brute.firstTaker(reachable.witness()))
          .as(() -> verdict + " in " + list)
          .isEqualTo(i);
      return;
    }
    assertThat(brute.reached(i)).as(() -> i + ": " + verdict + " in " + list).isFalse();
    if (verdict instanceof Coverage.Empty) {
      assertThat(brute.met(i)).as(() -> i + ": " + verdict + " in " + list).isFalse();
    }
    if (verdict instanceof Coverage.Covered covered) {
      @Nullable Request witness = covered.witness();
      assertThat(witness).isNotNull();
      if (witness != null) {
        assertThat(brute.takes(list.get(i), witness)).as(() -> verdict + " in " + list).isTrue();
        assertThat(brute.firstTaker(witness))
            .as(() -> verdict + " in " + list)
            .isEqualTo(covered.takenBy());
      }
    }
  }
}
