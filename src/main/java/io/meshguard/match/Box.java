package io.meshguard.match;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A product of constraints, one a property; properties it does not name are free. Immutable, and
 * not empty unless it is undecided.
 */
final class Box {
  private final int[] dimensions;
  private final Constraint[] constraints;

  private Box(int[] dimensions, Constraint[] constraints) {
    this.dimensions = dimensions;
    this.constraints = constraints;
  }

  static Box all() {
    return new Box(new int[0], new Constraint[0]);
  }

  /** Returns the box with these constraints, by number of their property. */
  static Box of(SortedMap<Integer, Constraint> constraints) {
    int[] dimensions = constraints.keySet().stream().mapToInt(Integer::intValue).toArray();
    return new Box(dimensions, constraints.values().toArray(Constraint[]::new));
  }

  /** Returns the constraint on a property, or the free one of the space. */
  Constraint on(int dimension, Space space) {
    int at = Arrays.binarySearch(dimensions, dimension);
    return at >= 0 ? constraints[at] : space.free(dimension);
  }

  /** Returns the box narrowed by a literal or its opposite, or null where nothing is left. */
  @Nullable Box narrow(Literal literal, boolean holds, Space space, Solver solver) {
    int dimension = literal.dimension();
    int at = Arrays.binarySearch(dimensions, dimension);
    Constraint old = at >= 0 ? constraints[at] : space.free(dimension);
    boolean sign = literal.positive() == holds;
    Constraint narrowed = solver.narrow(old, space.domain(dimension), literal.atom(), sign);
    if (narrowed == null) {
      return null;
    }
    if (narrowed == old) {
      return this;
    }
    return at >= 0 ? replaced(at, narrowed) : inserted(-at - 1, dimension, narrowed);
  }

  private Box replaced(int at, Constraint constraint) {
    Constraint[] copy = constraints.clone();
    copy[at] = constraint;
    return new Box(dimensions, copy);
  }

  private Box inserted(int at, int dimension, Constraint constraint) {
    int size = dimensions.length;
    int[] moreDimensions = new int[size + 1];
    Constraint[] moreConstraints = new Constraint[size + 1];
    System.arraycopy(dimensions, 0, moreDimensions, 0, at);
    System.arraycopy(constraints, 0, moreConstraints, 0, at);
    moreDimensions[at] = dimension;
    moreConstraints[at] = constraint;
    System.arraycopy(dimensions, at, moreDimensions, at + 1, size - at);
    System.arraycopy(constraints, at, moreConstraints, at + 1, size - at);
    return new Box(moreDimensions, moreConstraints);
  }

  int size() {
    return dimensions.length;
  }

  /** Returns the number of the property in that place. */
  int dimension(int i) {
    return dimensions[i];
  }

  Constraint constraint(int i) {
    return constraints[i];
  }

  /** Returns whether the values of all constraints but the opaque ones together are a member. */
  boolean shows(Space space) {
    for (int i = 0; i < dimensions.length; i++) {
      if (!constraints[i].decided()
          && space.dimension(dimensions[i]).kind() != Dimension.Kind.OPAQUE) {
        return false;
      }
    }
    return true;
  }

  /** Returns which opaque conditions hold in the box, and which do not. */
  Map<String, Boolean> opaque(Space space) {
    Map<String, Boolean> opaque = new TreeMap<>();
    for (int i = 0; i < dimensions.length; i++) {
      Dimension dimension = space.dimension(dimensions[i]);
      if (dimension.kind() == Dimension.Kind.OPAQUE && constraints[i].size() > 0) {
        opaque.put(dimension.name(), constraints[i].sign(0));
      }
    }
    return opaque;
  }

  /** Returns whether the values of all constraints together are a member. */
  boolean decided() {
    for (Constraint constraint : constraints) {
      if (!constraint.decided()) {
        return false;
      }
    }
    return true;
  }
}
