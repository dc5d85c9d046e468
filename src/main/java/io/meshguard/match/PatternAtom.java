package io.meshguard.match;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/** A pattern: decided by its automaton where there is one, else by RE2/J on concrete values. */
final class PatternAtom extends Atom {
  private final RegexLanguage language;
  private final Budget budget;
  private final String requiredPrefix;
  private final @Nullable String sample;
  private @Nullable LazyDfa dfa;

  PatternAtom(RegexLanguage language, Budget budget) {
    this.language = language;
    this.budget = budget;
    this.requiredPrefix = language.requiredPrefix();
    this.sample = language.tree() == null ? null : RegexSample.of(language.tree());
  }

  /** Returns the text with which every value begins that passes; maybe empty. */
  String requiredPrefix() {
    return requiredPrefix;
  }

  RegexLanguage language() {
    return language;
  }

  @Override
  boolean decidable() {
    return language.oracle() != null;
  }

  @Override
  boolean accepts(@Nullable String value) {
    if (value == null || !value.startsWith(requiredPrefix)) {
      return false;
    }
    if (value.equals(sample)) {
      return true;
    }
    LazyDfa automaton = runner();
    if (automaton == null) {
      return acceptedByOracle(value);
    }
    int state = automaton.start();
    for (int i = 0; i < value.length() && state != Runner.FAIL; ) {
      int c = value.codePointAt(i);
      state = automaton.step(state, c);
      i += Character.charCount(c);
    }
    budget.charge(value.length() + 1L);
    return automaton.accepts(state);
  }

  private boolean acceptedByOracle(String value) {
    Pattern oracle = language.oracle();
    if (oracle == null) {
      throw new IllegalStateException("not decidable");
    }
    budget.charge(language.stepsToMatch(value));
    return oracle.matches(value);
  }

  @Override
  @Nullable LazyDfa runner() {
    RegexNode tree = language.tree();
    if (dfa == null && tree != null) {
      budget.charge(language.size());
      dfa = new LazyDfa(new Nfa(tree), budget);
    }
    return dfa;
  }

  @Override
  @Nullable String hint() {
    return sample;
  }

  @Override
  boolean isPattern() {
    return true;
  }
}
