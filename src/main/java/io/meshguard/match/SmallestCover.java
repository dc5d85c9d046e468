package io.meshguard.match;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Makes a set of matches that together take a whole box as small as can be. Every set that fails
 * leaves a request behind; only sets that take all requests seen so far are worth a try.
 */
final class SmallestCover {
  private static final int MAX_CANDIDATES = 24;
  private static final int MAX_SETS = 20_000;

  private final Box box;
  private final List<Entry> candidates;
  private final Subtraction subtraction;
  private final Space space;
  private final List<BitSet> takersSeen = new ArrayList<>();
  private List<Entry> best;
  private int setsTried;

  /**
   * @param candidates all matches that may take part, in order
   * @param cover those of them that are known to take the whole box
   */
  SmallestCover(
      Box box, List<Entry> candidates, List<Entry> cover, Subtraction subtraction, Space space) {
    this.box = box;
    this.candidates = candidates;
    this.best = cover;
    this.subtraction = subtraction;
    this.space = space;
  }

  /** Returns the cover, not always the smallest where the budget ends or there are too many. */
  List<Entry> find() {
    try {
      dropNeedless();
      if (candidates.size() <= MAX_CANDIDATES) {
        for (int size = 2; size < best.size(); size++) {
          choose(0, size, new ArrayList<>());
        }
      }
    } catch (Budget.BudgetExhausted e) {
      return best;
    }
    return best;
  }

  private void dropNeedless() {
    for (int i = best.size() - 1; i >= 0; i--) {
      List<Entry> fewer = new ArrayList<>(best);
      fewer.remove(i);
      if (subtraction.rest(box, fewer).nothing()) {
        best = fewer;
      }
    }
  }

  private void choose(int from, int missing, List<Entry> chosen) {
    if (chosen.size() + missing >= best.size() || ++setsTried > MAX_SETS) {
      return;
    }
    if (missing == 0) {
      tryOut(chosen);
      return;
    }
    for (int i = from; i <= candidates.size() - missing; i++) {
      chosen.add(candidates.get(i));
      choose(i + 1, missing - 1, chosen);
      chosen.remove(chosen.size() - 1);
    }
  }

  private void tryOut(List<Entry> chosen) {
    for (BitSet takers : takersSeen) {
      if (chosen.stream().noneMatch(entry -> takers.get(entry.index()))) {
        return;
      }
    }
    Subtraction.Rest rest = subtraction.rest(box, chosen);
    if (rest.nothing()) {
      best = List.copyOf(chosen);
    } else if (rest.box() != null) {
      BitSet takers = new BitSet();
      for (Entry entry : candidates) {
        if (entry.mayTake(rest.box(), space)) {
          takers.set(entry.index());
        }
      }
      takersSeen.add(takers);
    }
  }
}
