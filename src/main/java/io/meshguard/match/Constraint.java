package io.meshguard.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of one property that pass some atoms and fail others; never empty. Immutable.
 *
 * <p>It carries one of its values. Most further conditions are decided by that value alone: where
 * it meets them, the narrower set is not empty either.
 */
final class Constraint {
  private final Atom[] atoms;
  private final boolean[] signs;
  private final boolean decided;
  private final @Nullable String value;

  private Constraint(Atom[] atoms, boolean[] signs, boolean decided, @Nullable String value) {
    this.atoms = atoms;
    this.signs = signs;
    this.decided = decided;
    this.value = value;
  }

  /** Returns all values of a property, represented by the given one, null for absent. */
  static Constraint free(@Nullable String value, boolean decided) {
    return new Constraint(new Atom[0], new boolean[0], decided, value);
  }

  int size() {
    return atoms.length;
  }

  Atom atom(int i) {
    return atoms[i];
  }

  /** Returns whether values pass the atom of that place, rather than fail it. */
  boolean sign(int i) {
    return signs[i];
  }

  /**
   * Returns whether {@link #value} is known to be a member; else the set may be empty after all.
   */
  boolean decided() {
    return decided;
  }

  /** Returns a member, null for an absent value. */
  @Nullable String value() {
    return value;
  }

  /** Returns 1 where the atom is among those passed, -1 among those failed, 0 for neither. */
  int polarity(Atom atom) {
    for (int i = 0; i < atoms.length; i++) {
      if (atoms[i] == atom) {
        return signs[i] ? 1 : -1;
      }
    }
    return 0;
  }

  /** Returns this set narrowed by an atom; the caller knows that the value is a member. */
  Constraint narrowed(Atom atom, boolean sign, boolean isDecided, @Nullable String member) {
    int size = atoms.length;
    Atom[] moreAtoms = Arrays.copyOf(atoms, size + 1);
    boolean[] moreSigns = Arrays.copyOf(signs, size + 1);
    moreAtoms[size] = atom;
    moreSigns[size] = sign;
    return new Constraint(moreAtoms, moreSigns, isDecided, member);
  }

  /** Returns whether a value, null for absent, agrees with every atom that can tell. */
  boolean admits(@Nullable String candidate) {
    for (int i = 0; i < atoms.length; i++) {
      if (atoms[i].decidable() && atoms[i].accepts(candidate) != signs[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether every atom can be asked about a concrete value. */
  boolean decidable() {
    for (Atom atom : atoms) {
      if (!atom.decidable()) {
        return false;
      }
    }
    return true;
  }
}
