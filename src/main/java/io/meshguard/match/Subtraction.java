package io.meshguard.match;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes matches away from a box. What a conjunction leaves of a box is split into disjoint boxes:
 * the first condition fails; it holds and the second fails; and so on. Only a match that takes the
 * request at hand is ever split upon, so the search walks from one counterexample to the next.
 */
final class Subtraction {
  private static final int TAKERS_COMPARED = 6;

  private final Space space;
  private final Solver solver;
  private final Budget budget;

  Subtraction(Space space, Solver solver, Budget budget) {
    this.space = space;
    this.solver = solver;
    this.budget = budget;
  }

  /**
   * What is left.
   *
   * @param box a part that is left, with a request in it; null where none was found
   * @param undecided a part that may be left, best one of which only opaque conditions are
   *     undecided; null where there is none
   * @param used the matches that were taken away to see that nothing is left
   */
  record Rest(@Nullable Box box, @Nullable Box undecided, BitSet used) {
    boolean nothing() {
      return box == null && undecided == null;
    }
  }

  Rest rest(Box from, List<Entry> taken) {
    BitSet used = new BitSet();
    Box undecided = null;
    Deque<Box> todo = new ArrayDeque<>();
    todo.push(from);
    while (!todo.isEmpty()) {
      Box box = todo.pop();
      budget.charge(16);
      Split split = bestSplit(box, taken);
      if (split == null) {
        if (box.decided()) {
          return new Rest(box, undecided, used);
        }
        if (undecided == null || (!undecided.shows(space) && box.shows(space))) {
          undecided = box;
        }
        continue;
      }
      used.set(split.by.index());
      for (int i = split.parts.size() - 1; i >= 0; i--) {
        todo.push(split.parts.get(i));
      }
    }
    return new Rest(null, undecided, used);
  }

  /** Returns whether one match certainly takes the whole box. */
  boolean covers(Entry entry, Box box) {
    budget.charge(box.size() / 8);
    for (Literal literal : entry.literals()) {
      if (box.narrow(literal, false, space, solver) != null) {
        return false;
      }
    }
    return true;
  }

  private record Split(Entry by, List<Box> parts) {}

  /** Returns the split that leaves the fewest parts, among the first few matches; or null. */
  private @Nullable Split bestSplit(Box box, List<Entry> taken) {
    Split best = null;
    int compared = 0;
    for (Entry entry : taken) {
      budget.charge(2L + entry.literals().size());
      if (!entry.mayTake(box, space)) {
        continue;
      }
      Split split = split(box, entry);
      if (split == null) {
        continue;
      }
      if (best == null || split.parts.size() < best.parts.size()) {
        best = split;
      }
      if (best.parts.isEmpty() || ++compared == TAKERS_COMPARED) {
        break;
      }
    }
    return best;
  }

  /** Returns the parts that the match leaves, or null where it turns out to take nothing. */
  private @Nullable Split split(Box box, Entry entry) {
    List<Box> parts = new ArrayList<>();
    Box inside = box;
    for (Literal literal : entry.literals()) {
      // Both halves are copied.
      budget.charge(2L * inside.size());
      Box outside = inside.narrow(literal, false, space, solver);
      if (outside == null) {
        continue;
      }
      Box narrowed = inside.narrow(literal, true, space, solver);
      if (narrowed == null) {
        return null;
      }
      parts.add(outside);
      inside = narrowed;
    }
    return new Split(entry, parts);
  }
}
