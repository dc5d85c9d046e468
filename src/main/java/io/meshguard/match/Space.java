package io.meshguard.match;

import io.meshguard.match.Dimension.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The properties and tests that the matches of one analysis speak of, each known once. */
final class Space {
  private final Budget budget;
  private final String authority;
  private final Map<Dimension, Integer> numbers = new HashMap<>();
  private final List<Dimension> dimensions = new ArrayList<>();
  private final List<Domain> domains = new ArrayList<>();
  private final List<Constraint> free = new ArrayList<>();
  private final Map<ValueMatch, Atom> atoms = new HashMap<>();

  Space(String authority, Budget budget) {
    this.authority = authority;
    this.budget = budget;
  }

  Dimension dimension(int number) {
    return dimensions.get(number);
  }

  Domain domain(int number) {
    return domains.get(number);
  }

  /** Returns all values of a property. */
  Constraint free(int number) {
    return free.get(number);
  }

  /** Returns the number of a property, or -1 where no match speaks of it. */
  int find(Dimension dimension) {
    return numbers.getOrDefault(dimension, -1);
  }

  Literal literal(Condition condition) {
    Integer known = numbers.get(condition.dimension());
    int number = known != null ? known : add(condition.dimension());
    return new Literal(number, atom(condition.test()), !condition.negated());
  }

  /** Returns what is wrong with the patterns of a match, or null. */
  Coverage.@Nullable Invalid invalid(RequestMatch match) {
    for (Condition condition : match.conditions()) {
      ValueMatch test = condition.test();
      ValueMatch inner = test instanceof ValueMatch.OrEmpty orEmpty ? orEmpty.inner() : test;
      if (atoms.get(inner) instanceof PatternAtom atom && atom.language().error() != null) {
        String pattern = atom.language().pattern();
        return new Coverage.Invalid(condition.dimension(), pattern, atom.language().error());
      }
    }
    return null;
  }

  private int add(Dimension dimension) {
    int number = dimensions.size();
    Domain domain = Domain.of(dimension.kind(), authority);
    numbers.put(dimension, number);
    dimensions.add(dimension);
    domains.add(domain);
    boolean decided = dimension.kind() != Kind.OPAQUE;
    free.add(
        Constraint.free(domain.mayBeAbsent() ? List.of() : List.of(defaultText(domain)), decided));
    return number;
  }

  /** Returns the value that a request has where nothing else is asked for. */
  String defaultText(Kind kind) {
    return defaultText(Domain.of(kind, authority));
  }

  private static String defaultText(Domain domain) {
    return domain.preferred().isEmpty() ? domain.start() : domain.preferred().get(0);
  }

  /** Returns the atom of a test; a pattern is compiled here, and its budget charged. */
  private Atom atom(ValueMatch test) {
    Atom known = atoms.get(test);
    if (known == null) {
      known = newAtom(test);
      atoms.put(test, known);
    }
    return known;
  }

  private Atom newAtom(ValueMatch test) {
    if (test instanceof ValueMatch.Exact exact) {
      return new Atom.Text(exact.text(), false, exact.ignoreCase());
    }
    if (test instanceof ValueMatch.Prefix prefix) {
      return new Atom.Text(prefix.text(), true, prefix.ignoreCase());
    }
    if (test instanceof ValueMatch.Regex regex) {
      return new PatternAtom(RegexLanguage.of(regex.pattern(), budget), budget);
    }
    if (test instanceof ValueMatch.OneOf oneOf) {
      return new Atom.Choice(oneOf.texts());
    }
    if (test instanceof ValueMatch.OrEmpty orEmpty) {
      return new Atom.OrEmpty(atom(orEmpty.inner()));
    }
    if (test instanceof ValueMatch.Present) {
      return new Atom.AnyText();
    }
    return new Atom.Undecidable();
  }
}
