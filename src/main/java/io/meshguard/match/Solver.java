package io.meshguard.match;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Narrows constraints and finds a readable value of what is left. */
final class Solver {
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyz1234567890-_ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private final Budget budget;

  Solver(Budget budget) {
    this.budget = budget;
  }

  /** Returns the constraint narrowed by one atom, or null where nothing is left of it. */
  @Nullable Constraint narrow(Constraint from, Domain domain, Atom atom, boolean sign) {
    budget.charge(from.size() + 4L);
    int known = from.polarity(atom);
    if (known != 0) {
      return (known > 0) == sign ? from : null;
    }
    if (from.decided() && atom.decidable() && atom.passes(from.values()) == sign) {
      return from.narrowed(atom, sign, true, from.values());
    }
    Constraint wanted = from.narrowed(atom, sign, false, List.of());
    Found found = solve(wanted, domain);
    return switch (found.outcome()) {
      case NOTHING -> null;
      case OPEN -> wanted;
      case MEMBER -> wanted.decidable() ? from.narrowed(atom, sign, true, found.values()) : wanted;
    };
  }

  private enum Outcome {
    MEMBER,
    NOTHING,
    OPEN
  }

  private record Found(Outcome outcome, List<String> values) {
    static final Found NOTHING = new Found(Outcome.NOTHING, List.of());
    static final Found OPEN = new Found(Outcome.OPEN, List.of());
    static final Found ABSENT = new Found(Outcome.MEMBER, List.of());

    static Found of(String value) {
      return new Found(Outcome.MEMBER, List.of(value));
    }
  }

  /**
   * Looks for a state, without regard to atoms that nobody can decide: for an absent value, for one
   * value, and only then for several, as fewest proxies agree on those.
   */
  private Found solve(Constraint wanted, Domain domain) {
    budget.charge(16L * wanted.size());
    if (domain.mayBeAbsent() && wanted.admits(null)) {
      return Found.ABSENT;
    }
    Found one = solveOne(wanted, domain);
    return domain.mayRepeat() && one.outcome() == Outcome.NOTHING ? several(wanted, domain) : one;
  }

  /** Of a header that is sent several times, one value is enough for each atom that is passed. */
  private Found several(Constraint wanted, Domain domain) {
    List<Constraint> each = wanted.oneByOne();
    if (each.size() < 2) {
      return Found.NOTHING;
    }
    Set<String> values = new LinkedHashSet<>();
    boolean open = false;
    for (Constraint one : each) {
      budget.charge(16L * one.size());
      Found found = solveOne(one, domain);
      if (found.outcome() == Outcome.NOTHING) {
        return Found.NOTHING;
      }
      open |= found.outcome() == Outcome.OPEN;
      values.addAll(found.values());
    }
    return open ? Found.OPEN : new Found(Outcome.MEMBER, List.copyOf(values));
  }

  /** Looks for a single value. */
  private Found solveOne(Constraint wanted, Domain domain) {
    Collection<String> candidates = fewTexts(wanted, domain);
    if (candidates != null) {
      String value = firstAdmitted(candidates, wanted, domain);
      return value == null ? Found.NOTHING : Found.of(value);
    }
    String readable = readable(wanted, domain);
    if (readable != null) {
      return Found.of(readable);
    }
    Found byPrefix = byPrefix(wanted, domain);
    return byPrefix != null ? byPrefix : byAutomaton(wanted, domain);
  }

  /** Returns all texts that can be members where they are few, else null. */
  private static @Nullable Collection<String> fewTexts(Constraint wanted, Domain domain) {
    for (int i = 0; i < wanted.size(); i++) {
      Collection<String> texts = wanted.sign(i) ? wanted.atom(i).texts() : null;
      if (texts != null) {
        return texts;
      }
    }
    return domain.finite().isEmpty() ? null : domain.finite();
  }

  private @Nullable String firstAdmitted(
      Collection<String> candidates, Constraint wanted, Domain domain) {
    for (String candidate : candidates) {
      budget.charge(4L * wanted.size() + candidate.length());
      if (domain.contains(candidate) && wanted.admits(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private @Nullable String readable(Constraint wanted, Domain domain) {
    for (int i = 0; i < wanted.size(); i++) {
      String hint = wanted.sign(i) ? wanted.atom(i).hint() : null;
      budget.charge(hint == null ? 1 : hint.length() / 4 + wanted.size());
      if (hint != null && domain.contains(hint) && wanted.admits(hint)) {
        return hint;
      }
    }
    return firstAdmitted(domain.preferred(), wanted, domain);
  }

  /**
   * Decides sets without patterns: where no refused text is a prefix of the longest wanted prefix,
   * one more character that no refused text goes on with gives a member.
   *
   * @return null where the set has another shape
   */
  private @Nullable Found byPrefix(Constraint wanted, Domain domain) {
    String prefix = domain.start();
    for (int i = 0; i < wanted.size(); i++) {
      Atom atom = wanted.atom(i);
      if (atom.isPattern()) {
        return null;
      }
      if (wanted.sign(i)) {
        String other = atom.plainPrefix();
        if (other == null) {
          return null;
        }
        String longer = other.length() > prefix.length() ? other : prefix;
        if (!longer.startsWith(other) || !longer.startsWith(prefix)) {
          return Found.NOTHING;
        }
        prefix = longer;
      }
    }
    if (!prefix.isEmpty() && !domain.contains(prefix)) {
      return Found.NOTHING;
    }
    if (refusesAllUnder(wanted, prefix)) {
      return Found.NOTHING;
    }
    return extended(prefix, wanted, domain);
  }

  private static boolean refusesAllUnder(Constraint wanted, String prefix) {
    for (int i = 0; i < wanted.size(); i++) {
      if (!wanted.sign(i) && wanted.atom(i).acceptsAllFrom(prefix)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Found extended(String prefix, Constraint wanted, Domain domain) {
    for (int i = 0; i < LETTERS.length(); i++) {
      String longer = prefix + LETTERS.charAt(i);
      budget.charge(4L * wanted.size());
      if (domain.alphabet().contains(LETTERS.charAt(i)) && wanted.admits(longer)) {
        return Found.of(longer);
      }
    }
    return null;
  }

  private Found byAutomaton(Constraint wanted, Domain domain) {
    WordSearch search = new WordSearch(domain, budget);
    boolean exact = true;
    for (int i = 0; i < wanted.size(); i++) {
      Atom atom = wanted.atom(i);
      Runner runner = atom.decidable() ? atom.runner() : null;
      Collection<String> texts = atom.texts();
      if (runner != null) {
        search.add(runner, wanted.sign(i));
      } else if (texts != null) {
        budget.charge(4L * texts.size());
        texts.forEach(text -> search.add(new TextRunner(text, false, false), false));
      } else {
        exact = false;
      }
    }
    String word = search.shortest();
    if (word == null) {
      return Found.NOTHING;
    }
    return exact || wanted.admits(word) ? Found.of(word) : Found.OPEN;
  }
}
