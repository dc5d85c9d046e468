package io.meshguard.match;

import io.meshguard.deadline.Deadline;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the moves between two lists. Equal matches of both lists are one match of the analysis:
 * what such a match takes in one list cannot get past it in the other, so that of two lists that
 * are alike only few pairs are ever looked at. Not for use by several threads at once.
 */
final class DifferenceSearch {

  /** The matches of one list with their numbers in the analysis. */
  private static final class Side {
    private final List<RequestMatch> matches;
    private final int[] ids;
    private final int[] barriers;

    Side(List<RequestMatch> matches, int[] ids, int[] barriers) {
      this.matches = matches;
      this.ids = ids;
      this.barriers = barriers;
    }

    int size() {
      return ids.length;
    }
  }

  private final List<RequestMatch> distinct = new ArrayList<>();
  private final Side before;
  private final Side after;
  private final RequestMatch where;
  private final int whereId;
  private final BiPredicate<Integer, Integer> same;
  private final Budget budget;
  private final Analysis analysis;
  private final Map<Integer, BitSet> near = new HashMap<>();
  private final SmallestRequest smallest;
  private final List<Difference.Move> moves = new ArrayList<>();

  DifferenceSearch(
      List<RequestMatch> before,
      List<RequestMatch> after,
      RequestMatch where,
      BiPredicate<Integer, Integer> same,
      String authority,
      Budget budget) {
    Map<Set<Condition>, Integer> known = new HashMap<>();
    int[] idsBefore = ids(before, known);
    int[] idsAfter = ids(after, known);
    this.before = new Side(before, idsBefore, barriers(idsBefore, idsAfter));
    this.after = new Side(after, idsAfter, barriers(idsAfter, idsBefore));
    this.where = where;
    this.whereId = ids(List.of(where), known)[0];
    this.same = same;
    this.budget = budget;
    this.analysis = new Analysis(distinct, authority, budget);
    this.smallest = new SmallestRequest(authority);
  }

  private int[] ids(List<RequestMatch> matches, Map<Set<Condition>, Integer> known) {
    int[] ids = new int[matches.size()];
    for (int i = 0; i < ids.length; i++) {
      Deadline.check();
      RequestMatch match = matches.get(i);
      Integer id = known.putIfAbsent(new HashSet<>(match.conditions()), distinct.size());
      if (id == null) {
        id = distinct.size();
        distinct.add(match);
      }
      ids[i] = id;
    }
    return ids;
  }

  /**
   * Returns for each match of a list the first place of the other list that lets none of its
   * requests pass, as far as that is plain to see, and else the end of that list; and -1 for a
   * match that an earlier one of its own list leaves nothing.
   */
  private int[] barriers(int[] own, int[] others) {
    Map<Integer, Integer> first = new HashMap<>();
    int end = others.length;
    for (int i = others.length - 1; i >= 0; i--) {
      first.put(others[i], i);
      if (distinct.get(others[i]).conditions().isEmpty()) {
        end = i;
      }
    }
    int[] barriers = new int[own.length];
    Set<Integer> seen = new HashSet<>();
    boolean closed = false;
    for (int i = 0; i < own.length; i++) {
      barriers[i] =
          seen.add(own[i]) && !closed ? Math.min(end, first.getOrDefault(own[i], end)) : -1;
      closed |= distinct.get(own[i]).conditions().isEmpty();
    }
    return barriers;
  }

  Difference find() {
    for (int i = 0; i <= before.size() && !budget.exhausted(); i++) {
      try {
        from(i);
      } catch (Budget.BudgetExhausted e) {
        // The budget remembers that something was left open.
      }
    }
    return new Difference(moves, analysis.isCutShort());
  }

  private void from(int i) {
    boolean none = i == before.size();
    if (!none && before.barriers[i] < 0) {
      return;
    }
    int last = none ? after.size() - 1 : before.barriers[i];
    BitSet meeting = none ? null : near(before.ids[i]);
    for (int j = 0; j <= last; j++) {
      budget.beginQuestion();
      budget.charge(1);
      boolean reached = j == after.size() || after.barriers[j] >= i;
      boolean meets = j == after.size() || meeting == null || meeting.get(after.ids[j]);
      if (reached && meets && !same.test(i, j)) {
        try {
          ask(i, j);
        } catch (Budget.BudgetExhausted e) {
          // One question; the next may be easier.
        }
      }
    }
  }

  private BitSet near(int id) {
    BitSet known = near.get(id);
    if (known == null) {
      known = analysis.near(id);
      near.put(id, known);
    }
    return known;
  }

  private void ask(int i, int j) {
    List<Integer> takers = new ArrayList<>();
    takers.add(whereId);
    BitSet candidates = new BitSet();
    candidates.set(0, distinct.size());
    if (i < before.size()) {
      takers.add(before.ids[i]);
      candidates.and(near(before.ids[i]));
    }
    if (j < after.size()) {
      takers.add(after.ids[j]);
      candidates.and(near(after.ids[j]));
    }
    Set<Integer> earlier = new LinkedHashSet<>();
    add(before, i, candidates, earlier);
    add(after, j, candidates, earlier);
    budget.beginQuestion();
    Subtraction.Rest rest = analysis.rest(takers, List.copyOf(earlier));
    if (rest.box() != null) {
      moves.add(certain(i, j, rest.box()));
    } else if (rest.undecided() != null) {
      moves.add(possible(i, j, rest.undecided()));
    }
  }

  private static void add(Side side, int end, BitSet candidates, Set<Integer> earlier) {
    for (int i = 0; i < end; i++) {
      if (candidates.get(side.ids[i])) {
        earlier.add(side.ids[i]);
      }
    }
  }

  private Difference.Move certain(int i, int j, Box box) {
    Request request = Witness.of(box, analysis.space());
    Evaluator evaluator = analysis.evaluator();
    RequestPlace place = place(i, j);
    if (request == null || !place.holds(request, evaluator)) {
      return new Difference.Move(i, j, Optional.empty(), Map.of(), false);
    }
    Request small = smallest.of(request, place, evaluator);
    return new Difference.Move(i, j, Optional.of(small), Map.of(), true);
  }

  private Difference.Move possible(int i, int j, Box box) {
    Optional<Request> request =
        Optional.ofNullable(Witness.of(box, analysis.space()))
            .filter(shown -> place(i, j).mayHold(shown, analysis.evaluator()));
    Map<String, Boolean> opaque = request.isPresent() ? box.opaque(analysis.space()) : Map.of();
    return new Difference.Move(i, j, request, opaque, false);
  }

  private RequestPlace place(int i, int j) {
    List<RequestMatch> takers =
        Stream.of(taker(before, i), taker(after, j), where).flatMap(Stream::ofNullable).toList();
    List<RequestMatch> earlier = new ArrayList<>(before.matches.subList(0, i));
    earlier.addAll(after.matches.subList(0, j));
    return new RequestPlace(takers, earlier);
  }

  private static @Nullable RequestMatch taker(Side side, int i) {
    return i < side.size() ? side.matches.get(i) : null;
  }
}
