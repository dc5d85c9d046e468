package io.meshguard.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The subset construction of an {@link Nfa}, done only as far as it is walked. Each new state is
 * charged to the budget, so a pattern whose automaton explodes ends the question and not the JVM.
 */
final class LazyDfa implements Runner {
  private static final int NOT_YET = -2;

  private final Nfa nfa;
  private final Budget budget;
  private final List<CharSet> sets;
  private final int[] boundaries;
  private final int[] classOfSegment;
  private final BitSet[] inSet;
  private final int[] setOfState;

  private final List<int[]> members = new ArrayList<>();
  private final List<int[]> transitions = new ArrayList<>();
  private final List<Boolean> accepting = new ArrayList<>();
  private final Map<IntTuple, Integer> ids = new HashMap<>();

  private final int[] seen;
  private int round;
  private final int[] stack;

  LazyDfa(Nfa nfa, Budget budget) {
    this.nfa = nfa;
    this.budget = budget;
    sets = nfa.distinctSets();
    boundaries = boundaries(sets);
    budget.charge((long) boundaries.length * sets.size() + nfa.size());
    setOfState = setOfState();
    List<BitSet> classes = new ArrayList<>();
    classOfSegment = classes(classes);
    inSet = classes.toArray(new BitSet[0]);
    seen = new int[nfa.size()];
    stack = new int[3 * nfa.size() + 2];
    // The start is a state of its own: only there may "^" be crossed, also behind "$".
    addState(closure(new int[] {nfa.start()}, true), acceptsNow(new int[] {nfa.start()}, true));
  }

  private int[] setOfState() {
    Map<CharSet, Integer> index = new HashMap<>();
    sets.forEach(set -> index.put(set, index.size()));
    int[] out = new int[nfa.size()];
    for (int state = 0; state < out.length; state++) {
      out[state] = index.getOrDefault(nfa.set(state), 0);
    }
    return out;
  }

  private static int[] boundaries(List<CharSet> sets) {
    return sets.stream()
        .flatMapToInt(
            set -> {
              int[] ranges = set.ranges();
              for (int i = 1; i < ranges.length; i += 2) {
                ranges[i]++;
              }
              return Arrays.stream(ranges);
            })
        .distinct()
        .sorted()
        .toArray();
  }

  /** Puts segments between boundaries that are in the same sets into the same class. */
  private int[] classes(List<BitSet> classes) {
    BitSet[] membership = new BitSet[boundaries.length + 1];
    Arrays.setAll(membership, segment -> new BitSet());
    for (int set = 0; set < sets.size(); set++) {
      int[] ranges = sets.get(set).ranges();
      for (int i = 0; i < ranges.length; i += 2) {
        int last = segmentOf(ranges[i + 1]);
        for (int segment = segmentOf(ranges[i]); segment <= last; segment++) {
          membership[segment].set(set);
        }
      }
    }
    Map<BitSet, Integer> known = new HashMap<>();
    int[] out = new int[membership.length];
    for (int segment = 0; segment < out.length; segment++) {
      Integer other = known.putIfAbsent(membership[segment], classes.size());
      out[segment] = other == null ? classes.size() : other;
      if (other == null) {
        classes.add(membership[segment]);
      }
    }
    return out;
  }

  /** Segments are numbered from 0, which lies before the first boundary. */
  private int segmentOf(int codePoint) {
    int at = Arrays.binarySearch(boundaries, codePoint);
    return at >= 0 ? at + 1 : -at - 1;
  }

  @Override
  public int start() {
    return 0;
  }

  @Override
  public int step(int state, int codePoint) {
    return state == FAIL ? FAIL : stepClass(state, classOf(codePoint));
  }

  private int stepClass(int state, int charClass) {
    int[] row = transitions.get(state);
    if (row[charClass] != NOT_YET) {
      return row[charClass];
    }
    int[] from = members.get(state);
    int[] moved = new int[from.length];
    int count = 0;
    for (int member : from) {
      if (nfa.op(member) == Nfa.Op.CHARS && inSet[charClass].get(setOfState[member])) {
        moved[count++] = nfa.next(member);
      }
    }
    budget.charge(from.length + 1L);
    int target = FAIL;
    if (count > 0) {
      int[] reached = closure(Arrays.copyOf(moved, count), false);
      Integer known = ids.get(new IntTuple(reached));
      target = known != null ? known : addState(reached, acceptsNow(reached, false));
    }
    row[charClass] = target;
    return target;
  }

  private int addState(int[] states, boolean accepts) {
    int id = members.size();
    int classCount = inSet.length;
    budget.charge(states.length + classCount + 8L);
    members.add(states);
    int[] row = new int[classCount];
    Arrays.fill(row, NOT_YET);
    transitions.add(row);
    accepting.add(accepts);
    if (id > 0) {
      ids.put(new IntTuple(states), id);
    }
    return id;
  }

  /** Returns, sorted, the states that matter among those reached without reading. */
  private int[] closure(int[] from, boolean atStart) {
    return walk(from, atStart, false);
  }

  private boolean acceptsNow(int[] from, boolean atStart) {
    for (int state : walk(from, atStart, true)) {
      if (nfa.op(state) == Nfa.Op.ACCEPT) {
        return true;
      }
    }
    return false;
  }

  private int[] walk(int[] from, boolean atStart, boolean atEnd) {
    round++;
    int depth = 0;
    for (int state : from) {
      stack[depth++] = state;
    }
    int[] found = new int[16];
    int count = 0;
    int visited = 0;
    while (depth > 0) {
      int state = stack[--depth];
      if (seen[state] == round) {
        continue;
      }
      seen[state] = round;
      visited++;
      switch (nfa.op(state)) {
        case SPLIT -> {
          stack[depth++] = nfa.other(state);
          stack[depth++] = nfa.next(state);
        }
        case BEGIN -> {
          if (atStart) {
            stack[depth++] = nfa.next(state);
          }
        }
        case END, CHARS, ACCEPT -> {
          if (nfa.op(state) == Nfa.Op.END && atEnd) {
            stack[depth++] = nfa.next(state);
          }
          if (count == found.length) {
            found = Arrays.copyOf(found, 2 * count);
          }
          found[count++] = state;
        }
      }
    }
    budget.charge(visited);
    int[] result = Arrays.copyOf(found, count);
    Arrays.sort(result);
    return result;
  }

  @Override
  public boolean accepts(int state) {
    return state != FAIL && accepting.get(state);
  }

  @Override
  public boolean acceptsAll(int state) {
    return false;
  }

  @Override
  public int[] boundaries() {
    return boundaries;
  }

  @Override
  public int classOf(int codePoint) {
    return classOfSegment[segmentOf(codePoint)];
  }
}
