package io.meshguard.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the shortest text that some automata accept and others refuse, breadth first through
 * their product, which is built only as far as it is walked. Among texts of equal length letters
 * come before digits, and those before anything else.
 */
final class WordSearch {
  private final Domain domain;
  private final Budget budget;
  private final List<Runner> runners = new ArrayList<>();
  private final List<Boolean> wanted = new ArrayList<>();

  WordSearch(Domain domain, Budget budget) {
    this.domain = domain;
    this.budget = budget;
  }

  void add(Runner runner, boolean accepted) {
    runners.add(runner);
    wanted.add(accepted);
  }

  /** How the search came to a product state. */
  private static final class Step {
    private final int[] states;
    private final @Nullable Step from;
    private final int codePoint;

    Step(int[] states, @Nullable Step from, int codePoint) {
      this.states = states;
      this.from = from;
      this.codePoint = codePoint;
    }
  }

  /** Returns the text, or null where there is none. */
  @Nullable String shortest() {
    int[] states = runners.stream().mapToInt(Runner::start).toArray();
    for (int i = 0; i < domain.start().length(); i++) {
      if (!advance(states, domain.start().charAt(i))) {
        return null;
      }
    }
    Step first = new Step(states, null, -1);
    if ((domain.mayBeEmpty() || !domain.start().isEmpty()) && accepted(states)) {
      return domain.start();
    }
    int[] characters = characters();
    Set<IntTuple> seen = new HashSet<>();
    seen.add(new IntTuple(states));
    List<Step> level = List.of(first);
    while (!level.isEmpty()) {
      List<Step> nextLevel = new ArrayList<>();
      for (Step step : level) {
        for (int c : characters) {
          int[] reached = step.states.clone();
          budget.charge(2L + reached.length);
          if (!advance(reached, c)) {
            continue;
          }
          if (accepted(reached)) {
            return text(new Step(reached, step, c));
          }
          if (seen.add(new IntTuple(reached))) {
            budget.charge(8L + reached.length);
            nextLevel.add(new Step(reached, step, c));
          }
        }
      }
      level = nextLevel;
    }
    return null;
  }

  /** Moves all automata; returns false where no continuation can be accepted. */
  private boolean advance(int[] states, int codePoint) {
    for (int i = 0; i < states.length; i++) {
      Runner runner = runners.get(i);
      states[i] = runner.step(states[i], codePoint);
      if (wanted.get(i) ? states[i] == Runner.FAIL : runner.acceptsAll(states[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean accepted(int[] states) {
    for (int i = 0; i < states.length; i++) {
      if (runners.get(i).accepts(states[i]) != wanted.get(i)) {
        return false;
      }
    }
    return true;
  }

  private String text(Step last) {
    StringBuilder reversed = new StringBuilder();
    for (Step step = last; step != null && step.from != null; step = step.from) {
      reversed.appendCodePoint(step.codePoint);
    }
    return domain.start() + reversed.reverse();
  }

  /** Returns one character for each way to behave, most readable first. */
  private int[] characters() {
    CharSet alphabet = domain.alphabet();
    int[] limits = limits(alphabet);
    budget.charge((long) limits.length * (runners.size() + 1));
    // Rank above, character below: sorted, the most readable come first.
    long[] samples = new long[limits.length];
    int count = 0;
    for (int i = 0; i < limits.length; i++) {
      int high = i + 1 < limits.length ? limits[i + 1] - 1 : Character.MAX_CODE_POINT;
      if (alphabet.contains(limits[i])) {
        int best = Readability.best(limits[i], high);
        samples[count++] = (long) Readability.rank(best) << Integer.SIZE | best;
      }
    }
    Arrays.sort(samples, 0, count);
    Set<IntTuple> classes = new HashSet<>();
    int[] characters = new int[count];
    int kept = 0;
    for (int s = 0; s < count; s++) {
      int sample = (int) samples[s];
      int[] behaviour = new int[runners.size()];
      for (int i = 0; i < behaviour.length; i++) {
        behaviour[i] = runners.get(i).classOf(sample);
      }
      if (classes.add(new IntTuple(behaviour))) {
        characters[kept++] = sample;
      }
    }
    return Arrays.copyOf(characters, kept);
  }

  /** Returns, ascending, where a segment of alike characters begins. */
  private int[] limits(CharSet alphabet) {
    List<int[]> parts = new ArrayList<>();
    runners.forEach(runner -> parts.add(runner.boundaries()));
    int[] ranges = alphabet.ranges();
    for (int i = 1; i < ranges.length; i += 2) {
      ranges[i]++;
    }
    parts.add(ranges);
    return parts.stream().flatMapToInt(Arrays::stream).sorted().distinct().toArray();
  }
}
