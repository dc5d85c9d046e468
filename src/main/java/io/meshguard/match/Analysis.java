package io.meshguard.match;

import io.meshguard.deadline.Deadline;
import io.meshguard.logic.Ternary;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Judges a list of matches in the order in which they are tried. Patterns are compiled once for the
 * analysis, and all its work is charged to one budget. Not for use by several threads at once.
 */
public final class Analysis {
  private final List<RequestMatch> matches;
  private final Budget budget;
  private final Space space;
  private final Solver solver;
  private final Subtraction subtraction;
  private final List<Entry> entries = new ArrayList<>();
  private final BitSet notRead = new BitSet();
  private final BitSet live = new BitSet();
  private final PathIndex index;
  private final Evaluator evaluator;
  private @Nullable List<Coverage> verdicts;

  /**
   * Reads the matches. What the budget does not allow to read is unknown, and never an error.
   *
   * @param matches in the order in which they are tried
   * @param authority what a witness names where the matches leave it open, such as a host of the
   *     VirtualService; neither empty nor with blanks
   */
  public Analysis(List<RequestMatch> matches, String authority, Budget budget) {
    this.matches = List.copyOf(matches);
    this.budget = budget;
    evaluator = new Evaluator(budget);
    space = new Space(authority, budget);
    solver = new Solver(budget);
    subtraction = new Subtraction(space, solver, budget);
    for (int i = 0; i < this.matches.size(); i++) {
      Deadline.check();
      entries.add(read(i));
    }
    index = new PathIndex(entries, space);
  }

  private Entry read(int i) {
    budget.beginQuestion();
    try {
      return Entry.of(i, matches.get(i), space, solver);
    } catch (Budget.BudgetExhausted e) {
      notRead.set(i);
      RequestMatch stranger = RequestMatch.builder().opaque("match " + i).build();
      return Entry.unread(i, stranger, space);
    }
  }

  /** Returns what is known of each match in the light of those before it, in order. */
  public List<Coverage> judge() {
    if (verdicts == null) {
      List<Coverage> all = new ArrayList<>();
      for (int i = 0; i < entries.size(); i++) {
        Deadline.check();
        Coverage verdict = judge(i);
        boolean takesNothingNew =
            verdict instanceof Coverage.Covered || verdict instanceof Coverage.Empty;
        live.set(i, !takesNothingNew);
        all.add(verdict);
      }
      verdicts = List.copyOf(all);
    }
    return verdicts;
  }

  /**
   * Returns whether something was left open, of verdicts and of all other answers, because it would
   * have been too much work.
   */
  public boolean isCutShort() {
    return budget.endedAQuestion();
  }

  /** Returns whether no request meets both matches. */
  public Ternary disjoint(int one, int other) {
    Deadline.check();
    return index.mayMeet(one, other) ? none(sample(List.of(one, other), List.of())) : Ternary.TRUE;
  }

  /** Returns whether the first match takes every request that the second takes. */
  public Ternary covers(int wide, int narrow) {
    return none(sample(List.of(narrow), List.of(wide)));
  }

  private static Ternary none(Sample sample) {
    if (sample instanceof Sample.Unknown) {
      return Ternary.UNKNOWN;
    }
    return Ternary.of(sample instanceof Sample.None);
  }

  /**
   * Looks for a request.
   *
   * @param takenByAll indices of matches that must all take it
   * @param takenByNone indices of matches none of which may take it
   */
  public Sample sample(List<Integer> takenByAll, List<Integer> takenByNone) {
    budget.beginQuestion();
    try {
      Subtraction.Rest rest = rest(takenByAll, takenByNone);
      Request request = rest.box() == null ? null : Witness.of(rest.box(), space);
      if (request != null) {
        return new Sample.Found(request);
      }
      return rest.nothing() ? new Sample.None() : new Sample.Unknown(Coverage.Reason.UNSUPPORTED);
    } catch (Budget.BudgetExhausted e) {
      return new Sample.Unknown(Coverage.Reason.BUDGET);
    }
  }

  /** Returns what some matches all take and others leave; throws where that is too much work. */
  Subtraction.Rest rest(List<Integer> takenByAll, List<Integer> takenByNone) {
    Box box = Box.all();
    for (int i : takenByAll) {
      Box narrowed = intersection(box, entries.get(i));
      if (narrowed == null) {
        return new Subtraction.Rest(null, null, new BitSet());
      }
      box = narrowed;
    }
    return subtraction.rest(box, takenByNone.stream().map(entries::get).toList());
  }

  /** Returns the properties and tests of all matches. */
  Space space() {
    return space;
  }

  /** Returns what asks one request by other means; its work is charged to the budget, too. */
  Evaluator evaluator() {
    return evaluator;
  }

  /** Returns the matches that may take some request of the given one, as far as paths tell. */
  BitSet near(int match) {
    return index.near(match, budget);
  }

  private @Nullable Box intersection(Box box, Entry entry) {
    Box narrowed = box;
    for (Literal literal : entry.literals()) {
      // It is copied each time.
      budget.charge(1 + narrowed.size() / 8);
      narrowed = narrowed.narrow(literal, true, space, solver);
      if (narrowed == null) {
        return null;
      }
    }
    return narrowed;
  }

  private Coverage judge(int i) {
    if (notRead.get(i)) {
      return new Coverage.Unknown(Coverage.Reason.BUDGET);
    }
    Coverage.Invalid invalid = space.invalid(matches.get(i));
    if (invalid != null) {
      return invalid;
    }
    Dimension contradiction = entries.get(i).contradiction();
    if (contradiction != null) {
      return new Coverage.Empty(contradiction);
    }
    budget.beginQuestion();
    try {
      return coverage(i, Objects.requireNonNull(entries.get(i).box()));
    } catch (Budget.BudgetExhausted e) {
      return new Coverage.Unknown(Coverage.Reason.BUDGET);
    }
  }

  private Coverage coverage(int i, Box box) {
    List<Entry> earlier = new ArrayList<>();
    BitSet near = index.near(i, budget);
    for (int e = near.nextSetBit(0); e >= 0 && e < i; e = near.nextSetBit(e + 1)) {
      if (live.get(e)) {
        earlier.add(entries.get(e));
      }
    }
    for (Entry entry : earlier) {
      budget.charge(2L + entry.literals().size());
      if (entry.mayTake(box, space) && subtraction.covers(entry, box)) {
        return covered(i, box, earlier, List.of(entry));
      }
    }
    Subtraction.Rest rest = subtraction.rest(box, earlier);
    Request witness = rest.box() == null ? null : Witness.of(rest.box(), space);
    if (witness != null) {
      return new Coverage.Reachable(witness);
    }
    if (!rest.nothing()) {
      return new Coverage.Unknown(Coverage.Reason.UNSUPPORTED);
    }
    List<Entry> used = earlier.stream().filter(entry -> rest.used().get(entry.index())).toList();
    return covered(i, box, earlier, smallest(box, earlier, used));
  }

  private List<Entry> smallest(Box box, List<Entry> earlier, List<Entry> cover) {
    if (cover.size() == 2) {
      return cover;
    }
    List<Entry> meeting = new ArrayList<>();
    for (Entry entry : earlier) {
      if (intersection(box, entry) != null) {
        meeting.add(entry);
      }
    }
    return new SmallestCover(box, meeting, cover, subtraction, space).find();
  }

  private Coverage covered(int i, Box box, List<Entry> earlier, List<Entry> by) {
    List<Integer> indices = by.stream().map(Entry::index).toList();
    Taken taken = taken(box, earlier, by);
    if (taken == null) {
      return new Coverage.Covered(indices, null, indices.get(0));
    }
    // A denial rests on this verdict: ask once more, by other means.
    Ternary own = evaluator.matches(matches.get(i), taken.request);
    Ternary taker = evaluator.matches(matches.get(taken.by), taken.request);
    if (own == Ternary.FALSE || taker == Ternary.FALSE) {
      return new Coverage.Unknown(Coverage.Reason.UNSUPPORTED);
    }
    return new Coverage.Covered(indices, taken.request, taken.by);
  }

  private record Taken(Request request, int by) {}

  /** Returns a request of the box and who takes it first, best one of those that cover the box. */
  private @Nullable Taken taken(Box box, List<Entry> earlier, List<Entry> by) {
    Request request = Witness.of(box, space);
    if (request == null) {
      return null;
    }
    Entry first = firstTaker(box, earlier);
    if (first != null && by.contains(first)) {
      return new Taken(request, first.index());
    }
    Taken other = takenByOneOf(box, earlier, by);
    if (other != null) {
      return other;
    }
    return first == null ? null : new Taken(request, first.index());
  }

  private @Nullable Taken takenByOneOf(Box box, List<Entry> earlier, List<Entry> by) {
    try {
      for (Entry entry : by) {
        Box shared = intersection(box, entry);
        if (shared != null) {
          List<Entry> before = earlier.subList(0, earlier.indexOf(entry));
          Box left = subtraction.rest(shared, before).box();
          Request request = left == null ? null : Witness.of(left, space);
          if (request != null) {
            return new Taken(request, entry.index());
          }
        }
      }
    } catch (Budget.BudgetExhausted e) {
      return null;
    }
    return null;
  }

  private @Nullable Entry firstTaker(Box box, List<Entry> earlier) {
    for (Entry entry : earlier) {
      if (entry.surelyTakes(box, space)) {
        return entry;
      }
    }
    return null;
  }
}
