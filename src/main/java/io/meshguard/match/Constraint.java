package io.meshguard.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The states of one property that pass some atoms and fail others; never empty. Immutable. A state
 * is what one request has: no value, one value, or several, as of a header that is sent twice.
 *
 * <p>It carries one of its states. Most further conditions are decided by that state alone: where
 * it meets them, the narrower set is not empty either.
 */
final class Constraint {
  private final Atom[] atoms;
  private final boolean[] signs;
  private final boolean decided;
  private final List<String> values;

  private Constraint(Atom[] atoms, boolean[] signs, boolean decided, List<String> values) {
    this.atoms = atoms;
    this.signs = signs;
    this.decided = decided;
    this.values = values;
  }

  /** Returns all states of a property, represented by the given one. */
  static Constraint free(List<String> values, boolean decided) {
    return new Constraint(new Atom[0], new boolean[0], decided, values);
  }

  int size() {
    return atoms.length;
  }

  Atom atom(int i) {
    return atoms[i];
  }

  /** Returns whether states pass the atom of that place, rather than fail it. */
  boolean sign(int i) {
    return signs[i];
  }

  /**
   * Returns whether {@link #values} are known to be a member; else the set may be empty after all.
   */
  boolean decided() {
    return decided;
  }

  /** Returns a member: the values of one request, none for an absent property. */
  List<String> values() {
    return values;
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

  /** Returns this set narrowed by an atom; the caller knows that the state is a member. */
  Constraint narrowed(Atom atom, boolean sign, boolean isDecided, List<String> member) {
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

  /**
   * Returns one constraint for each atom that is passed, with all that are failed: a request that
   * has several values needs one of each, and none of them may pass what is failed.
   */
  List<Constraint> oneByOne() {
    List<Constraint> each = new ArrayList<>();
    for (int i = 0; i < atoms.length; i++) {
      if (signs[i]) {
        int passed = i;
        int[] kept = IntStream.range(0, size()).filter(k -> k == passed || !signs[k]).toArray();
        Atom[] fewer = Arrays.stream(kept).mapToObj(k -> atoms[k]).toArray(Atom[]::new);
        boolean[] fewerSigns = new boolean[kept.length];
        for (int k = 0; k < kept.length; k++) {
          fewerSigns[k] = signs[kept[k]];
        }
        each.add(new Constraint(fewer, fewerSigns, false, List.of()));
      }
    }
    return each;
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
