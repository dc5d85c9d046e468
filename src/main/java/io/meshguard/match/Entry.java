package io.meshguard.match;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One match of an analysis, made ready. */
final class Entry {
  private final int index;
  private final List<Literal> literals;
  private final @Nullable Box box;
  private final @Nullable Dimension contradiction;

  private Entry(
      int index, List<Literal> literals, @Nullable Box box, @Nullable Dimension contradiction) {
    this.index = index;
    this.literals = literals;
    this.box = box;
    this.contradiction = contradiction;
  }

  static Entry of(int index, RequestMatch match, Space space, Solver solver) {
    List<Literal> literals = new ArrayList<>();
    match.conditions().forEach(condition -> literals.add(space.literal(condition)));
    // One box at the end: a copy for each of a thousand conditions would cost a million.
    SortedMap<Integer, Constraint> constraints = new TreeMap<>();
    for (Literal literal : literals) {
      int dimension = literal.dimension();
      Constraint old = constraints.getOrDefault(dimension, space.free(dimension));
      Constraint narrowed =
          solver.narrow(old, space.domain(dimension), literal.atom(), literal.positive());
      if (narrowed == null) {
        return new Entry(index, literals, null, space.dimension(dimension));
      }
      if (narrowed != old) {
        constraints.put(dimension, narrowed);
      }
    }
    return new Entry(index, literals, Box.of(constraints), null);
  }

  /** Returns what stands for a match that could not be read: it may take anything. */
  static Entry unread(int index, RequestMatch stranger, Space space) {
    List<Literal> literals = stranger.conditions().stream().map(space::literal).toList();
    return new Entry(index, literals, Box.all(), null);
  }

  int index() {
    return index;
  }

  List<Literal> literals() {
    return literals;
  }

  /** Returns the requests it takes, or null where there are none. */
  @Nullable Box box() {
    return box;
  }

  /** Returns the property on which it contradicts itself, or null. */
  @Nullable Dimension contradiction() {
    return contradiction;
  }

  /** Returns whether it takes the box's own request, as far as its values are decided. */
  boolean mayTake(Box other, Space space) {
    for (Literal literal : literals) {
      Constraint constraint = other.on(literal.dimension(), space);
      int polarity = constraint.polarity(literal.atom());
      if (polarity != 0) {
        if ((polarity > 0) != literal.positive()) {
          return false;
        }
      } else if (constraint.decided()
          && literal.atom().decidable()
          && literal.atom().passes(constraint.values()) != literal.positive()) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether it takes the box's own request for certain. */
  boolean surelyTakes(Box other, Space space) {
    for (Literal literal : literals) {
      Constraint constraint = other.on(literal.dimension(), space);
      boolean told = constraint.decided() && literal.atom().decidable();
      if (!told && constraint.polarity(literal.atom()) == 0) {
        return false;
      }
    }
    return mayTake(other, space);
  }
}
